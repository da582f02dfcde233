"""Pairs of users and items for the comparisons: MovieLens 1M as NCF split it, or random ones."""

import json
import random
from pathlib import Path

USERS = 6040


def movielens(folder: Path) -> list[tuple[int, int]]:
    """The training pairs of NCF's leave-one-out split; users from 0, items with NCF's ids. The last user, 6040, is 0 in
    the files of pairs."""
    number = {int(raw): ncf for raw, ncf in json.loads((folder / "raw2ncf.json").read_text()).items()}
    held_back = set()
    for line in (folder / "ml-1m.test.rating").read_text().splitlines():
        user, item = line.split()[:2]
        held_back.add((int(user), int(item)))
    pairs = set()
    for name in ("sb_train.txt", "sb_test.txt"):
        for line in (folder / name).read_text().splitlines():
            user, *items = map(int, line.split())
            pairs.update(((user - 1) % USERS, number[item]) for item in items)
    return sorted(pairs - held_back)


def small(users: int, items: int, seed: int) -> list[tuple[int, int]]:
    """Users of four tastes, who each have a third of the items of theirs and a few others; every item occurs."""
    draw = random.Random(seed)
    pairs = {(item % users, item) for item in range(items)}
    for user in range(users):
        for item in range(items):
            if draw.random() < (0.35 if item % 4 == user % 4 else 0.04):
                pairs.add((user, item))
    return sorted(pairs)


def write(pairs: list[tuple[int, int]], path: Path) -> None:
    path.write_text("".join(f"{user} {item}\n" for user, item in pairs))
