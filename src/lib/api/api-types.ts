/** Made from the server's OpenAPI document by `npm run api-types`; not to be edited. */

export type Account = {
  email: string;
  name: string;
  createdAt: string;
  storage: { usedBytes: number; mostBytes: number };
};

export type AskedConsentScope = ConsentScope & { uses?: ('own-films' | 'distribution' | 'live')[] };

export type Asset = { hash: string; bytes: number; mime: string; createdAt: string; usedAt: string };

export type AssetStock = { usedBytes: number; mostBytes: number; assets: Asset[] };

export type Caller = {
  accountId: string;
  via: 'session' | 'key';
  scopes: ('consent' | 'moderation' | 'render' | 'projects' | 'review')[];
  memberships: {
    organizationId: string;
    role: 'member' | 'reviewer' | 'admin';
    operator: boolean;
    reviews: boolean;
  }[];
} | null;

export type CaptureHints = {
  cameraLabel: string;
  settings: Record<string, string | number | boolean>;
  webdriver: boolean;
};

export type Case = {
  id: string;
  kind: 'content' | 'consent' | 'footage' | 'ban';
  claim: 'person' | 'nobody' | null;
  state: 'open' | 'second' | 'decided' | 'appealed' | 'closed';
  subjectId: string;
  risk: number;
  outcome: 'approved' | 'rejected' | null;
  createdAt: string;
  dueAt: string;
  claimed: boolean;
  claimedByMe: boolean;
  appealWords: string | null;
  mayAppeal: boolean;
  decisions: { outcome: 'approved' | 'rejected'; reason: string; onAppeal: boolean; at: string }[];
  sources: { hash: string; sent: boolean }[];
};

export type CaseDetail = Case & {
  content: {
    pieces: { id: string; kind: 'script' | 'on-screen' | 'name'; text: string; scene: number | null }[];
    pictures: { hash: string; name: string; scenes: number[]; file: CaseFilm }[];
    findings: {
      pieceId: string;
      category: string;
      rule: string;
      score: number;
      span: { start: number; end: number } | null;
      reason: string;
    }[];
  } | null;
  consent: {
    presenterName: string;
    language: string;
    asked: { atMs: number; what: string }[];
    results: CheckResult[];
  } | null;
  films: { presenterName: string; clip: CaseFilm; source: CaseFilm; drawn: CaseFilm } | null;
};

export type CaseFilm = { type: string; bytes: number } | null;

export type CheckResult = {
  check:
    | 'chunks'
    | 'codes'
    | 'codes-on-time'
    | 'statement'
    | 'one-face'
    | 'liveness'
    | 'head-turns'
    | 'flash'
    | 'blinks'
    | 'lips-in-step'
    | 'same-face'
    | 'same-voice'
    | 'real-camera'
    | 'not-seen-before';
  outcome: 'passed' | 'failed' | 'unsure' | 'not-applicable';
  score: number | null;
  threshold: number | null;
  unit: string;
  reason: string;
};

export type Consent = {
  id: string;
  state: 'open' | 'recording' | 'checking' | 'granted' | 'refused' | 'person' | 'expired' | 'withdrawn';
  presenterName: string;
  language: string;
  scope: ConsentScope;
  createdAt: string;
  decidedAt: string | null;
  mediaDeleteAt: string | null;
  mediaDeletedAt: string | null;
  receiptId: string | null;
  revokedAt: string | null;
  presenterHash: string;
  results: CheckResult[];
  link: string | null;
  receipt: Record<string, unknown> | null;
};

export type ConsentLink = { token: string };

export type ConsentPrompt =
  | { index: number; shownAtMs: number; forMs: number; kind: 'code'; words: string[] }
  | {
      index: number;
      shownAtMs: number;
      forMs: number;
      kind: 'turn';
      direction: 'left' | 'right' | 'up' | 'down';
    }
  | { index: number; shownAtMs: number; forMs: number; kind: 'flash'; color: 'red' | 'green' | 'blue' }
  | { index: number; shownAtMs: number; forMs: number; kind: 'statement'; text: string };

export type ConsentPrompts = {
  nowMs: number;
  endsAtMs: number;
  nextAtMs: number | null;
  shown: ConsentPrompt[];
};

export type ConsentScope = {
  uses: ('own-films' | 'distribution' | 'localize' | 'personalize' | 'live')[];
  languages: (string | '*')[];
  until: string;
};

export type ConsentWish = {
  presenter: PresenterParts;
  presenterName: string;
  language: string;
  scope: AskedConsentScope;
};

export type DeadLetter = {
  id: string;
  renderId: string;
  step: string;
  attempts: number;
  error: Error & (Record<string, unknown> | null);
  at: string;
};

export type Error = { code: string; message: string; way?: string; cause?: string };

export type Finding = {
  category:
    | 'hate'
    | 'harassment'
    | 'threats'
    | 'sexual'
    | 'minors'
    | 'self-harm'
    | 'fraud'
    | 'political-campaigning'
    | 'misinformation'
    | 'regulated-goods'
    | 'private-data';
  rule: string;
  decision: 'review' | 'block';
  source: 'rule' | 'classifier' | 'image' | 'provider';
  score: number;
  span: { start: number; end: number } | null;
  reason: string;
  way: string;
};

export type FinishedRecording = { chunks: number; chainHead: string };

export type Health = { ok: true; name: 'orator'; version: string };

export type KeptConsent = {
  id: string;
  state: 'open' | 'recording' | 'checking' | 'granted' | 'refused' | 'person' | 'expired' | 'withdrawn';
  presenterName: string;
  language: string;
  scope: ConsentScope;
  createdAt: string;
  decidedAt: string | null;
  mediaDeleteAt: string | null;
  mediaDeletedAt: string | null;
  receiptId: string | null;
  revokedAt: string | null;
  issuer: string;
  uploaded: boolean;
};

export type KeySet = {
  version: 1;
  issuer: string;
  number: number;
  issuedAt: string;
  keys: {
    keyId: string;
    algorithm: 'Ed25519';
    publicKey: string;
    validFrom: string;
    validUntil: string | null;
    withdrawnAt: string | null;
  }[];
  signatures: { keyId: string; signature: string }[];
};

export type LogEntry = { position: number; entry: string; leafHash: string; kind: string; at: string };

export type MadeKey = {
  id: string;
  key: string;
  scopes: ('consent' | 'moderation' | 'render' | 'projects' | 'review')[];
};

export type Me = { account: Caller };

export type MissingAssets = Error & { missing?: { hash: string; bytes: number }[] };

export type NewKey = {
  name: string;
  scopes: ('consent' | 'moderation' | 'render' | 'projects' | 'review')[];
  days?: number;
};

export type Permit = {
  id: string;
  projectId: string;
  grade: 'draft' | 'final' | 'distribution';
  receiptIds: string[];
  verdictId: string | null;
  issuedAt: string;
  until: string;
  endedAt: string | null;
  endReason: string | null;
};

export type PresenterParts =
  | { kind: 'photo'; fit: string; picture: string; person: string; plate: string }
  | { kind: 'footage'; fit: string; film: string; mouths: string };

export type Readiness = { ready: boolean; database: boolean; store: boolean };

export type Render = {
  id: string;
  projectId: string;
  projectName: string;
  permitId: string;
  grade: 'draft' | 'final' | 'distribution';
  output: RenderOutput;
  priority: 'normal' | 'low';
  state: 'queued' | 'preparing' | 'drawing' | 'finishing' | 'done' | 'failed' | 'cancelled' | 'stopped';
  version: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  durationS: number;
  segments: { total: number; done: number; reused: number } | null;
  progress: number;
  waitS: number | null;
  secondsLeft: number | null;
  troubleSince: string | null;
  cpuS: number;
  error: Error & (Record<string, unknown> | null);
  film: { hash: string; bytes: number; mime: string; extension: string; captions: boolean } | null;
  keptUntil: string | null;
  withdrawnAt: string | null;
};

export type RenderEstimate = {
  durationS: number;
  waitS: number | null;
  renderS: number | null;
  cpuS: number;
  workers: number;
  missing: { hash: string; bytes: number }[];
  missingBytes: number;
  quotaLeftS: number;
  looks: { name: string; claim: 'person' | 'nobody'; waiting: boolean }[];
};

export type RenderOutput = {
  codec: 'h264' | 'h265' | 'av1' | 'prores4444' | 'vp9';
  container: 'mp4' | 'mov' | 'webm';
  widthPx: number;
  heightPx: number;
  rate: { num: number; den: number };
  bits: 8 | 10;
  alpha: boolean;
  effort: 'draft' | 'full';
  supersample: 1 | 2;
  captions: 'burned' | 'separate' | 'none';
};

export type RenderWish = {
  project?: unknown;
  grade: 'draft' | 'final' | 'distribution';
  output: RenderOutput;
  priority?: 'normal' | 'low';
};

export type ReviewFigures = {
  waiting: number;
  oldestHours: number | null;
  decided30Days: number;
  overturnRate: number | null;
};

export type RevocationList = {
  version: 1;
  issuer: string;
  number: number;
  issuedAt: string;
  revoked: { receiptId: string; revokedAt: string }[];
  keyId: string;
  signature: string;
};

export type TakenChunk = { index: number; receivedAtMs: number; hash: string };

export type Upload = { id: string; offset: number; bytes: number; done: boolean; expiresAt: string };

export type Verdict = {
  id: string;
  decision: 'allow' | 'review' | 'block';
  pieces: { pieceId: string; decision: 'allow' | 'review' | 'block'; findings: Finding[] }[];
  policyVersion: string;
  classifierRevision: string | null;
  caseId: string | null;
  createdAt: string;
};

export interface Operations {
  'DELETE /api/assets/{hash}': { path: { hash: string }; answer: null };
  'DELETE /api/consents/{id}/media': { path: { id: string }; answer: Consent };
  'DELETE /api/renders/dead/{id}': { path: { id: string }; answer: null };
  'DELETE /api/uploads/{id}': { path: { id: string }; header: { 'tus-resumable'?: string }; answer: null };
  'GET /api/account': { answer: Account };
  'GET /api/assets': { answer: AssetStock };
  'GET /api/assets/{hash}': { path: { hash: string }; answer: Blob };
  'GET /api/cases': { answer: Case[] };
  'GET /api/consents': { answer: { consents: Consent[] } };
  'GET /api/consents/{id}': { path: { id: string }; answer: Consent };
  'GET /api/consents/{id}/prompts': { path: { id: string }; answer: ConsentPrompts };
  'GET /api/health': { answer: Health };
  'GET /api/keys': { answer: KeySet };
  'GET /api/log/consistency': {
    query: { from?: number | null; to?: number | null };
    answer: { proof: string[] };
  };
  'GET /api/log/entries': {
    query: { from?: number | null; count?: number };
    answer: { entries: LogEntry[] };
  };
  'GET /api/log/head': { query: { size?: number | null }; answer: string };
  'GET /api/log/inclusion': {
    query: { index?: number | null; size?: number | null };
    answer: { leafHash: string; proof: string[] };
  };
  'GET /api/log/nodes': {
    query: { level: number; from?: number | null; count?: number };
    answer: { hashes: string[] };
  };
  'GET /api/me': { answer: Me };
  'GET /api/metrics': { answer: string };
  'GET /api/moderation/verdicts/{id}': { path: { id: string }; answer: Verdict };
  'GET /api/permits/{id}': { path: { id: string }; answer: Permit };
  'GET /api/ready': { answer: Readiness };
  'GET /api/renders': { answer: Render[] };
  'GET /api/renders/dead': { answer: DeadLetter[] };
  'GET /api/renders/{id}': { path: { id: string }; answer: Render };
  'GET /api/renders/{id}/captions': { path: { id: string }; answer: Blob };
  'GET /api/renders/{id}/events': { path: { id: string }; answer: Blob };
  'GET /api/renders/{id}/film': { path: { id: string }; answer: Blob };
  'GET /api/reviews': { answer: Case[] };
  'GET /api/reviews/figures': { answer: ReviewFigures };
  'GET /api/reviews/{id}': { path: { id: string }; answer: CaseDetail };
  'GET /api/reviews/{id}/clip': { path: { id: string }; header: { range?: string }; answer: Blob };
  'GET /api/reviews/{id}/drawn': { path: { id: string }; header: { range?: string }; answer: Blob };
  'GET /api/reviews/{id}/pictures/{hash}': {
    path: { id: string; hash: string };
    header: { range?: string };
    answer: Blob;
  };
  'GET /api/reviews/{id}/source': { path: { id: string }; header: { range?: string }; answer: Blob };
  'GET /api/revocations': { answer: RevocationList };
  'GET /api/uploads/{id}': { path: { id: string }; header: { 'tus-resumable'?: string }; answer: Upload };
  'OPTIONS /api/uploads': { answer: null };
  'PATCH /api/uploads/{id}': {
    path: { id: string };
    header: { 'tus-resumable'?: string; 'upload-offset'?: number | null; 'upload-checksum'?: string };
    answer: null;
  };
  'POST /api/account/delete': { body: { password: string }; answer: { done: true } };
  'POST /api/account/password': { body: { current: string; next: string }; answer: { done: true } };
  'POST /api/assets/import': { body: { url: string }; answer: Asset };
  'POST /api/assets/missing': { body: { hashes: string[] }; answer: { missing: string[] } };
  'POST /api/cases/{id}/appeal': { path: { id: string }; body: { words: string }; answer: { done: true } };
  'POST /api/consent-links/delete-media': { body: ConsentLink; answer: KeptConsent };
  'POST /api/consent-links/look': { body: ConsentLink; answer: KeptConsent };
  'POST /api/consent-links/withdraw': { body: ConsentLink; answer: KeptConsent };
  'POST /api/consents': { body: ConsentWish; answer: Consent };
  'POST /api/consents/{id}/finish': { path: { id: string }; body: FinishedRecording; answer: Consent };
  'POST /api/consents/{id}/start': { path: { id: string }; body: CaptureHints; answer: ConsentPrompts };
  'POST /api/consents/{id}/withdraw': { path: { id: string }; answer: Consent };
  'POST /api/keys': { body: NewKey; answer: MadeKey };
  'POST /api/keys/rotate': { answer: KeySet };
  'POST /api/keys/{keyId}/withdraw': { path: { keyId: string }; answer: KeySet };
  'POST /api/moderation/verdicts': { body: { project?: unknown }; answer: Verdict };
  'POST /api/moderation/verdicts/{id}/dispute': { path: { id: string }; answer: Verdict };
  'POST /api/password-reset': { body: { token: string; password: string }; answer: { done: true } };
  'POST /api/permits': {
    body: { project?: unknown; grade: 'draft' | 'final' | 'distribution' };
    answer: Permit;
  };
  'POST /api/renders': { header: { 'idempotency-key'?: string }; body: RenderWish; answer: Render };
  'POST /api/renders/dead/{id}/retry': { path: { id: string }; answer: Render };
  'POST /api/renders/estimate': { body: RenderWish; answer: RenderEstimate };
  'POST /api/renders/{id}/cancel': { path: { id: string }; answer: Render };
  'POST /api/reviews/{id}/ban': { path: { id: string }; body: { reason: string }; answer: Case };
  'POST /api/reviews/{id}/claim': { path: { id: string }; answer: { done: true } };
  'POST /api/reviews/{id}/decision': {
    path: { id: string };
    body: { outcome: 'approved' | 'rejected'; reason: string };
    answer: Case;
  };
  'POST /api/reviews/{id}/release': { path: { id: string }; answer: { done: true } };
  'POST /api/uploads': {
    header: { 'tus-resumable'?: string; 'upload-length': string; 'upload-metadata': string };
    answer: Upload;
  };
  'PUT /api/cases/{id}/source': { path: { id: string }; body: Blob; answer: { done: true } };
  'PUT /api/consents/{id}/chunks/{index}': {
    path: { id: string; index?: number | null };
    header: { 'x-chain-before': string };
    body: Blob;
    answer: TakenChunk;
  };
  'PUT /api/consents/{id}/parts/{part}': {
    path: { id: string; part: 'film' | 'picture' | 'person' | 'plate' };
    body: Blob;
    answer: Consent;
  };
}
