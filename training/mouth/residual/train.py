"""
A network of one person's own on top of the first tier: what it drew of the lower face, and the mouth's channels, go in;
what is to be added to its colours comes out. `train.py BUILD FILM [--minutes M] [--width W] [--detail W] [--critic W] [--keep S]`: learns on the first
three quarters of the film (each frame as drawn by a fit that had not seen it), the last twelfth of them kept apart to
tell when to stop; writes the held quarter, made, to BUILD/FILM.made, and to BUILD/FILM.low the same with the first tier's
own detail: only what the network changed more coarsely than S pixels. With a critic, from a fifth of the time on, patches are also
held to what real ones look like. On a graphics card where there is one.
"""
import argparse
import json
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

parser = argparse.ArgumentParser()
parser.add_argument('build')
parser.add_argument('film')
parser.add_argument('--minutes', type=float, default=15)
parser.add_argument('--detail', type=float, default=1.0, help='weight of gradients and of their energy against colours')
parser.add_argument('--critic', type=float, default=0, help='weight of the critic against colours; 0 for none')
parser.add_argument('--width', type=int, default=24)
parser.add_argument('--batch', type=int, default=6)
parser.add_argument('--tag', default='made')
parser.add_argument('--keep', type=float, default=2, help='pixels: finer than this the first tier stays as it was')
args = parser.parse_args()
torch.manual_seed(1)
np.random.seed(1)
device = 'cuda' if torch.cuda.is_available() else 'cpu'
torch.set_num_threads(int(os.environ.get('OMP_NUM_THREADS', '1')))

path = os.path.join(args.build, args.film)
about = json.load(open(path + '.json'))
n, held, W, H, C = (about[k] for k in ('frameCount', 'held', 'width', 'height', 'channels'))


def pictures(kind):
    flat = np.fromfile(f'{path}.{kind}', np.uint8).reshape(n, H, W, 3)
    return torch.from_numpy(flat.transpose(0, 3, 1, 2).copy()).to(device)


real, drawn = pictures('real'), pictures('drawn')
cover = torch.from_numpy(np.fromfile(path + '.cover', np.uint8).reshape(n, 1, H, W)).to(device)
channels = torch.from_numpy(np.fromfile(path + '.channels', np.float32).reshape(n, C)).to(device)
apart = held - held // 12  # frames from here to `held` tell when to stop


class Told(nn.Module):
    """Two convolutions, told the mouth's channels by scale and shift."""

    def __init__(self, width):
        super().__init__()
        self.a, self.b = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        self.tell = nn.Linear(32, 2 * width)

    def forward(self, x, told):
        scale, shift = self.tell(told)[:, :, None, None].chunk(2, 1)
        return x + self.b(F.relu(self.a(x) * (1 + scale) + shift))


class Residual(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.told = nn.Sequential(nn.Linear(C, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
        self.first = nn.Conv2d(16, w, 3, padding=1)
        self.down = nn.Conv2d(w, 2 * w, 4, 2, 1)
        self.mid = Told(2 * w)
        self.lower = nn.Conv2d(2 * w, 3 * w, 4, 2, 1)
        self.low1, self.low2 = Told(3 * w), Told(3 * w)
        self.up = nn.Conv2d(3 * w, 2 * w, 3, padding=1)
        self.mid2 = Told(2 * w)
        self.higher = nn.Conv2d(2 * w, w, 3, padding=1)
        self.last = nn.Sequential(nn.ReLU(), nn.Conv2d(w, w, 3, padding=1), nn.ReLU(), nn.Conv2d(w, 12, 3, padding=1))
        nn.init.zeros_(self.last[-1].weight)
        nn.init.zeros_(self.last[-1].bias)

    def forward(self, colours, covered, told):
        told = self.told(told)
        a = self.first(F.pixel_unshuffle(torch.cat([colours - 0.45, covered], 1), 2))
        b = self.mid(self.down(F.relu(a)), told)
        c = self.low2(self.low1(self.lower(F.relu(b)), told), told)
        b = self.mid2(b + self.up(F.interpolate(F.relu(c), scale_factor=2)), told)
        a = a + self.higher(F.interpolate(F.relu(b), scale_factor=2))
        return colours + covered * F.pixel_shuffle(self.last(a), 2)


class Critic(nn.Module):
    """Whether sixteen pixels or so are real, told what the first tier drew there. Spectral normalisation: Miyato et al. 2018."""

    def __init__(self, w=32):
        super().__init__()
        of = nn.utils.spectral_norm
        self.layers = nn.ModuleList(
            [of(nn.Conv2d(7, w, 3, 1, 1)), of(nn.Conv2d(w, 2 * w, 4, 2, 1)), of(nn.Conv2d(2 * w, 4 * w, 4, 2, 1)), of(nn.Conv2d(4 * w, 1, 3, 1, 1))]
        )

    def forward(self, colours, before, covered):
        x = torch.cat([colours - 0.45, 4 * (colours - before), covered], 1)
        seen = []
        for layer in self.layers[:-1]:
            x = F.leaky_relu(layer(x), 0.2)
            seen.append(x)
        return self.layers[-1](x), seen


def slopes(x):
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


def energy(x):
    """Of detail, about every few pixels: what a mean of several guesses lacks."""
    luma = (x * torch.tensor([0.299, 0.587, 0.114], device=x.device)[:, None, None]).sum(1, keepdim=True)
    kernel = torch.tensor([[[[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]]], device=x.device)
    return F.avg_pool2d(F.conv2d(luma, kernel) ** 2, 9, 4)


def loss_of(made, wanted, covered):
    whole = covered.sum() * 3 + 1
    colours = ((made - wanted).abs() * covered).sum() / whole
    detail = 0.0
    for scale in (1, 2):
        m, w = (F.avg_pool2d(x, scale) if scale > 1 else x for x in (made, wanted))
        k = F.avg_pool2d(covered, scale) if scale > 1 else covered
        for (a, b, mask) in zip(slopes(m), slopes(w), (k[..., 1:], k[..., 1:, :])):
            detail = detail + ((a - b).abs() * mask).sum() / whole * scale * scale
    mask = F.avg_pool2d(covered[..., 1:-1, 1:-1], 9, 4)
    a, b = (torch.sqrt(energy(x) + 1e-5) for x in (made, wanted))
    return colours + args.detail * (0.5 * detail + 0.3 * ((a - b).abs() * mask).sum() / (mask.sum() + 1))


def some(frames, learn):
    a, b, k = (x[frames].float() / 255 for x in (drawn, real, cover))
    told = channels[frames]
    if not learn:
        return a, b, k, told
    # Light a little other, landmarks a little off, and not always as large a part as is there.
    gain = 1 + 0.08 * torch.randn(len(frames), 3, 1, 1, device=device)
    told = told + 0.1 * torch.randn_like(told)
    high, wide = min(H, 128), min(W, 160)
    y, x = np.random.randint(0, (H - high) // 8 + 1) * 8, np.random.randint(0, (W - wide) // 8 + 1) * 8
    cut = (slice(None), slice(None), slice(y, y + high), slice(x, x + wide))
    return (a * gain)[cut], (b * gain)[cut], k[cut], told


def decibels(made, wanted, covered):
    error = (((made - wanted) ** 2) * covered).sum((1, 2, 3)) / (3 * covered.sum((1, 2, 3)) + 1e-6)
    return (-10 * torch.log10(error + 1e-8)).mean().item()


def judge(net, frames):
    net.eval()
    with torch.no_grad():
        made, losses, gains, sharp = [], [], [], []
        for part in torch.split(frames, 8):
            a, b, k, told = some(part, False)
            m = net(a, k, told).clamp(0, 1)
            losses.append(loss_of(m, b, k).item() * len(part))
            gains.append((decibels(m, b, k) - decibels(a, b, k)) * len(part))
            sharp.append([energy(x).mean().item() * len(part) for x in (m, a, b)])
            made.append((m * 255).round().byte())
    net.train()
    sharp = np.array(sharp).sum(0)
    return torch.cat(made), sum(losses) / len(frames), sum(gains) / len(frames), sharp[0] / sharp[2], sharp[1] / sharp[2]


def average(net):
    """What a step's noise does not move: the running mean of the weights."""
    return {k: v.clone() for k, v in net.state_dict().items()}


net = Residual(args.width).to(device)
steady = Residual(args.width).to(device)
steady.load_state_dict(net.state_dict())
optimiser = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=1e-3)
critic = Critic().to(device)
critic_optimiser = torch.optim.Adam(critic.parameters(), 4e-4, betas=(0.5, 0.99))
weights = sum(p.numel() for p in net.parameters())
print(f'{args.film}: {W}×{H}, {apart} frames to learn from, {held - apart} to stop by, {n - held} held; {weights} weights', flush=True)
learnt, stop, last = (torch.arange(*r, device=device) for r in ((0, apart), (apart, held), (held, n)))
best, best_weights = judge(steady, stop)[1], average(steady)
print(f'  untrained: loss {best:.5f}', flush=True)
began, step = time.time(), 0
order = []
while True:
    past = (time.time() - began) / (60 * args.minutes)
    if past >= 1:
        break
    for group in optimiser.param_groups:
        group['lr'] = 1e-3 * min(1, (step + 1) / 100) * (1 - past) ** 0.7
    if len(order) < args.batch:
        order = list(np.random.permutation(len(learnt)))
    frames = learnt[[order.pop() for _ in range(args.batch)]]
    a, b, k, told = some(frames, True)
    made = net(a, k, told)
    loss = loss_of(made, b, k)
    judged = args.critic > 0 and past > 0.2
    if judged and past > 0.25:
        verdict, seen = critic(made, a, k)
        with torch.no_grad():
            wanted = critic(b, a, k)[1]
        alike = sum((x - y).abs().mean() for x, y in zip(seen, wanted))
        loss = loss + args.critic * (2 * alike - verdict.mean())
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1)
    optimiser.step()
    if judged:
        right, wrong = critic(b, a, k)[0], critic(made.detach(), a, k)[0]
        critic_optimiser.zero_grad()
        (F.relu(1 - right).mean() + F.relu(1 + wrong).mean()).backward()
        critic_optimiser.step()
    step += 1
    with torch.no_grad():
        for p, q in zip(steady.parameters(), net.parameters()):
            p.lerp_(q, 1 - min(0.995, step / (step + 9)))
    if step % 100 == 0:
        _, seen, gain, sharp, before = judge(steady, stop)
        print(f'  step {step} ({60 * args.minutes * past:.0f} s): learnt {loss.item():.5f}, apart {seen:.5f}, {gain:+.2f} dB, sharpness {before:.2f} → {sharp:.2f}', flush=True)
        # What a critic adds, the loss does not see.
        if seen < best or judged:
            best, best_weights = seen, average(steady)
steady.load_state_dict(best_weights)
made, seen, gain, sharp, before = judge(steady, last)
print(f'held quarter: loss {seen:.5f}, {gain:+.2f} dB over the first tier where it made pixels, sharpness {before:.2f} → {sharp:.2f}')


def coarse(x, sigma):
    reach = int(3 * sigma + 1)
    at = torch.arange(-reach, reach + 1, device=x.device).float()
    kernel = torch.exp(-(at**2) / (2 * sigma**2))
    kernel /= kernel.sum()
    flat = x.reshape(-1, 1, H, W)
    flat = F.conv2d(F.pad(flat, (reach, reach, 0, 0)), kernel.view(1, 1, 1, -1))
    return F.conv2d(F.pad(flat, (0, 0, reach, reach)), kernel.view(1, 1, -1, 1)).reshape(x.shape)


def write(pictures, tag):
    pictures.cpu().numpy().transpose(0, 2, 3, 1).copy().tofile(f'{path}.{tag}')


write(made, args.tag)
before_it = drawn[held:].float()
write((before_it + coarse(made.float() - before_it, args.keep)).clamp(0, 255).round().byte(), 'low')
torch.save(best_weights, f'{path}.{args.tag}.pt')
