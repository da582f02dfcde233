"""Trains teachers and student in a given time and writes the student. See README.md.

  python train.py --corpus corpus.tsv --pinyin pinyin.txt --live-train ../live-train.tsv --out OUT --seconds 575
"""

import argparse
import copy
import dataclasses
import pathlib
import time

import numpy as np
import torch

import calibrate
import corpora
import heads
import measure
from batches import Tokens
from distil import ask, distil
from finetune import finetune, judge
from network import Encoder, Size
from noise import Noise
from pretrain import pretrain
from text import Vocabulary

BEGIN = time.monotonic()
SYMBOLS = 6000

REVIEW_CORPORA = [corpus for corpus in corpora.REVIEWS if corpus != "sst2"]
JUDGED = [*corpora.REVIEWS, "live", "live_test", "twitch", "cold", "mood8"]


@dataclasses.dataclass(frozen=True)
class Teacher:
    """A network pretrained once and finetuned several times. Shares are of the whole time."""

    size: Size
    peak: float
    pretraining: float
    members: tuple  # (share, peak, weight of agreement)


@dataclasses.dataclass(frozen=True)
class Plan:
    teachers: tuple
    student: Size
    student_pretraining: float
    asking: float
    distilling: float
    tokens: int  # a batch, in pretraining
    most: int | None = None  # steps a stage at most
    finetuning: tuple = ()  # (share, peak, weight of agreement) of a student that has no teachers


FULL = Plan(
    teachers=(
        Teacher(Size(8, 512, 8, 0.1), 8e-4, 0.180, ((0.072, 2e-4, 0.5), (0.050, 2e-4, 0.0))),
        Teacher(Size(6, 640, 10, 0.15), 7e-4, 0.180, ((0.072, 2e-4, 0.5), (0.050, 1.5e-4, 0.0))),
    ),
    student=Size(4, 288, 6, 0.05),
    student_pretraining=0.075,
    asking=0.080,
    distilling=0.195,
    tokens=32768,
)
# To see that everything runs.
TINY = Plan(
    teachers=(
        Teacher(Size(1, 64, 2), 1e-3, 0.1, ((0.1, 1e-3, 0.5), (0.1, 1e-3, 0.0))),
        Teacher(Size(2, 32, 2), 1e-3, 0.1, ((0.1, 1e-3, 0.0),)),
    ),
    student=Size(2, 64, 2),
    student_pretraining=0.1,
    asking=0.05,
    distilling=0.2,
    tokens=2048,
    most=12,
)
# One processor core and half an hour: no pretraining, no teachers, a shallow student with a table of bigrams.
CORE = Plan(
    teachers=(),
    student=Size(2, 128, 2, 0.15, 2**15),
    student_pretraining=0.0,
    asking=0.0,
    distilling=0.0,
    tokens=8192,
    finetuning=(0.93, 2e-3, 0.0),
)
# The full sizes, a few steps each: how fast is this machine?
SPEED = dataclasses.replace(FULL, most=60)


def say(text):
    print(f"[{time.monotonic() - BEGIN:6.1f}] {text}", flush=True)


class Lesson:
    """Texts, tokens and targets on the device."""

    def __init__(self, options, device):
        self.texts = corpora.read(options.corpus, options.live_train, options.live_test, options.extra)
        self.rows, self.share = self.texts.distinct()
        self.vocabulary = Vocabulary.of((self.texts.text[r] for r in self.rows), SYMBOLS)
        self.tokens = Tokens([self.vocabulary.encode(text) for text in self.texts.text], device)
        self.labelled, self.repeats = self.texts.supervised()
        self.target = torch.from_numpy(self.texts.target).to(device)
        self.weight = torch.from_numpy(self.texts.weight).to(device)
        self.noise = Noise(options.pinyin, self.vocabulary, device)
        self.device = device
        self.learnt = (self.weight[torch.from_numpy(self.labelled).to(device)] >= 0.5).any(0).float()
        self.judged = {
            (corpus, number): self.texts.of(corpus, number)
            for corpus in JUDGED + sorted({c for c in self.texts.corpus if c.startswith("extra:")})
            for number in (corpora.DEVELOPMENT, corpora.TEST)
        }

    def network(self, size, seed):
        torch.manual_seed(seed)
        model = Encoder(len(self.vocabulary), size).to(self.device)
        model.compute = torch.bfloat16 if self.device == "cuda" else torch.float32
        return model

    def figures(self, logits, number):
        """{corpus: figures} of one tenth; logits: {(corpus, tenth): logits}."""
        return {
            corpus: measure.figures(corpus, logits[corpus, tenth], self.texts.target[rows], self.texts.weight[rows])
            for (corpus, tenth), rows in self.judged.items()
            if tenth == number and rows
        }

    def judge(self, model):
        return {key: judge(model, self.tokens, rows) for key, rows in self.judged.items() if rows}

    def report(self, name, logits):
        for number, what in ((corpora.DEVELOPMENT, "development"), (corpora.TEST, "test")):
            say(measure.line(f"{name}, {what}", self.figures(logits, number)))


def train_teachers(lesson, plan, seconds):
    """[(trunk, [members])]."""
    out, answers = [], []
    for number, teacher in enumerate(plan.teachers):
        trunk = lesson.network(teacher.size, 100 + number)
        line = pretrain(
            trunk, lesson.tokens, lesson.rows, lesson.share, lesson.noise, teacher.pretraining * seconds, teacher.peak,
            plan.tokens, 10 + number, plan.most,
        )  # fmt: skip
        say(f"teacher {number} pretrained: {line}")
        members = []
        for place, (share, peak, agree) in enumerate(teacher.members):
            member = copy.deepcopy(trunk)
            line = finetune(
                member, lesson.tokens, lesson.labelled, lesson.repeats, lesson.target, lesson.weight, lesson.noise,
                share * seconds, peak, plan.tokens * 3 // 8, 20 + 10 * number + place, agree, plan.most,
            )  # fmt: skip
            say(f"teacher {number}.{place} finetuned: {line}")
            answers.append(lesson.judge(member))
            lesson.report(f"teacher {number}.{place}", answers[-1])
            members.append(member)
        out.append((trunk, members))
    if answers:
        lesson.report("teachers together", {key: sum(a[key] for a in answers) / len(answers) for key in answers[0]})
    return out


def train_student(lesson, plan, seconds, teachers, out):
    student = lesson.network(plan.student, 7)
    if plan.finetuning:
        share, peak, agree = plan.finetuning
        line = finetune(
            student, lesson.tokens, lesson.labelled, lesson.repeats, lesson.target, lesson.weight, lesson.noise,
            share * seconds, peak, plan.tokens * 3 // 8, 6, agree, plan.most,
        )  # fmt: skip
        say(f"student finetuned: {line}")
        finish(student, lesson, out)
        return
    line = pretrain(
        student, lesson.tokens, lesson.rows, lesson.share, lesson.noise, plan.student_pretraining * seconds, 1.2e-3,
        plan.tokens, 3, plan.most,
    )  # fmt: skip
    say(f"student pretrained: {line}")
    asked = ask(
        [member for _, members in teachers for member in members], lesson.tokens, lesson.rows, lesson.share,
        lesson.target, lesson.weight, teachers[0][0], lesson.noise, plan.asking * seconds, plan.tokens * 3 // 4, 5,
    )  # fmt: skip
    say(f"asked about {sum(len(a[0]) for a in asked)} texts, {sum(a[0].numel() for a in asked) / 1e6:.1f} M tokens")
    left = seconds - (time.monotonic() - BEGIN) - 0.02 * seconds - 2
    line = distil(student, asked, lesson.learnt, min(left, 1.3 * plan.distilling * seconds), 8e-4, 6, most=plan.most)
    say(f"student distilled: {line}")
    save(student, lesson, out / "student.uncalibrated.pt")
    finish(student, lesson, out)


def finish(student, lesson, out):
    """Calibrates, measures and writes the student."""
    logits = lesson.judge(student)
    keys = [k for k in lesson.judged if k[1] == corpora.DEVELOPMENT and k in logits and k[0] != "sst2"]
    rows = np.concatenate([lesson.judged[k] for k in keys])
    scale, shift = calibrate.fit(
        torch.cat([logits[k] for k in keys]), torch.from_numpy(lesson.texts.target[rows]),
        torch.from_numpy(lesson.texts.weight[rows]),
    )  # fmt: skip
    calibrate.fold(student, scale, shift)
    say(f"scale {scale[:9].tolist()}, shift {shift[:3].tolist()}")
    save(student, lesson, out / "student.pt")
    lesson.report("student, as if int8", lesson.judge(student))
    student.set_int8(False)
    lesson.report("student", lesson.judge(student))


def save(model, lesson, path):
    state = {name: value.half().cpu() for name, value in model.state_dict().items()}
    what = {"size": dataclasses.asdict(model.size), "symbols": lesson.vocabulary.symbols, "state": state}
    torch.save(what, path)
    say(f"wrote {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True, help="output of `sotto comments corpus`")
    parser.add_argument("--pinyin", required=True, help="character SPACE syllable, one a line")
    parser.add_argument("--live-train", required=True)
    parser.add_argument("--live-test", help="measured only, and kept out of training")
    parser.add_argument("--extra", help="folder of *.tsv: head TAB label TAB text")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=575, help="for everything together")
    parser.add_argument("--threads", type=int, default=1, help="without a GPU")
    parser.add_argument("--plan", choices=("full", "core", "tiny", "speed"), default="full")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        torch.backends.cuda.enable_cudnn_sdp(False)  # plans anew for every shape
    else:
        torch.set_num_threads(options.threads)
    plan = {"full": FULL, "tiny": TINY, "speed": SPEED, "core": CORE}[options.plan]
    lesson = Lesson(options, device)
    say(
        f"{device}; {len(lesson.texts)} texts, {len(lesson.rows)} different ones to train on "
        f"({lesson.tokens.lengths[lesson.rows].sum() / 1e6:.1f} M symbols), {len(lesson.labelled)} labelled "
        f"({lesson.tokens.lengths[lesson.labelled].sum() / 1e6:.1f} M); {len(lesson.vocabulary)} symbols"
    )
    teachers = train_teachers(lesson, plan, options.seconds)
    train_student(lesson, plan, options.seconds, teachers, options.out)


if __name__ == "__main__":
    main()
