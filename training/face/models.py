"""What ships: for each network where it comes from, what goes in and out, and in which precisions it is kept."""

FACE_MESH = {"package": "@mediapipe/face_mesh", "version": "0.4.1657299874", "authors": "Google LLC"}
MATTE = {"package": "@mediapipe/selfie_segmentation", "version": "0.1.1675465747", "authors": "Google LLC"}
POSE = {"package": "@mediapipe/pose", "version": "0.5.1675469404", "authors": "Google LLC"}

# `tolerance`: what two providers may differ by with the same weights, in the outputs' own units.
MODELS = {
    "face-detector": {
        "version": "1.1.0",
        "description": "BlazeFace, short range: picture in; 896 candidate boxes with six points each out. Google's, converted.",
        "origin": {**FACE_MESH, "file": "face_detection_short_range.tflite"},
        "side": 128,
        "outputs": {
            "boxes": "per anchor: middle x, y from the anchor's, width, height, then six points x, y; pixels of the input",
            "sure": "per anchor, that a face is there, 0 to 1",
        },
        "precisions": ["fp16"],
        "tolerance": 0.05,
    },
    "face-mesh": {
        "version": "1.1.0",
        "description": "Attention Mesh: a face that fills two thirds of the picture in; 478 points out. Google's, converted.",
        "origin": {**FACE_MESH, "file": "face_landmark_with_attention.tflite"},
        "side": 192,
        "outputs": {
            "points": "x, y, z in pixels of the input, z away from the viewer; 468 of MediaPipe's mesh, 5 of the right iris, 5 of the left",
            "sure": "that this is a face, 0 to 1",
        },
        "precisions": ["fp16"],
        "tolerance": 0.05,
    },
    "matte": {
        "version": "1.1.0",
        "description": "Selfie segmentation: picture in; how much of each pixel is a person out. Google's, converted.",
        "origin": {**MATTE, "file": "selfie_segmentation.tflite"},
        "side": 256,
        "outputs": {"alpha": "0 to 1, rows from the top"},
        "pictures": ["alpha"],
        "precisions": ["fp16"],
        "tolerance": 0.01,
    },
    "body": {
        "version": "1.1.0",
        "description": "BlazePose landmarks, lite: a person upright in the picture in; 39 points out. Google's, converted.",
        "origin": {**POSE, "file": "pose_landmark_lite.tflite"},
        "side": 256,
        "outputs": {
            "points": "per point x, y, z in pixels of the input, then the logits of being visible and of being there; 33 of BlazePose, 6 for the next square",
            "sure": "that a person is there, 0 to 1",
        },
        "precisions": ["fp16"],
        "tolerance": 0.1,
    },
}
