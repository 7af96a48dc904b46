"""The corpus, expanded: lines of corpus/*.txt are `+` or `-` and a sentence with [this|that] and {slots}; those of corpus/plain/
are sentences as they stand."""

import random
import re

from shared import CATEGORIES, HERE

FOLDER = HERE / "corpus"
MOST_OF_A_LINE = {"+": 5, "-": 4}


def slots():
    return {name: values.split("|") for name, values in (line.split("\t") for line in (FOLDER / "slots.txt").read_text().splitlines() if line)}


def expand(text, chance, lists):
    while True:
        found = re.search(r"\[([^\[\]]*)\]", text)
        if not found:
            break
        text = text[: found.start()] + chance.choice(found[1].split("|")) + text[found.end() :]

    def fill(match):
        name = match[1]
        value = chance.choice(lists[name.lower()])
        return value[0].upper() + value[1:] if name[0].isupper() else value

    return re.sub(r"\{(\w+)\}", fill, text)


def lines():
    """(category or None, is it meant, sentence with its choices), a line's place in it."""
    for category in [*CATEGORIES, "business"]:
        for line in (FOLDER / f"{category}.txt").read_text().splitlines():
            if line.strip():
                yield category, line[0] == "+", line[2:]
    for category in [*CATEGORIES, "business"]:
        for line in (FOLDER / "plain" / f"{category}.txt").read_text().splitlines():
            if line.startswith(("+ ", "- ")):
                yield category, line[0] == "+", line[2:]
    category = None
    for line in (FOLDER / "more.txt").read_text().splitlines():
        if line.startswith("## "):
            category = line[3:]
        elif line.strip():
            yield category, line[0] == "+", line[2:]


def sentences(seed=1):
    """[(line's number, category, meant, sentence)], each once."""
    chance, lists, found = random.Random(seed), slots(), []
    for number, (category, meant, text) in enumerate(lines()):
        seen = set()
        for _ in range(MOST_OF_A_LINE["+" if meant else "-"] * 2):
            sentence = expand(text, chance, lists)
            if sentence not in seen and len(seen) < MOST_OF_A_LINE["+" if meant else "-"]:
                seen.add(sentence)
                found.append((number, category, meant, sentence))
    return found


OPENERS = ["Hi everyone.", "Hello and welcome back.", "Good morning, team.", "So, let me be clear.", "Listen up.", "Quick update.", "Thanks for watching.",
           "Today I want to talk about something else.", "Okay,", "Well,", "And remember,", "Look,", "Honestly,", "As I said,", "By the way,", "Friends,", "Dear all,",
           "Guten Tag.", "Bonjour à tous.", "Hola a todos."]


def spoilt(found, seed=2):
    """The same with what scripts have around it: another sentence or clause before or after, an opening, no full stop."""
    plain = [s for _, category, meant, s in found if category == "business"]
    out = []
    for number, category, meant, sentence in found:
        # By the sentence, so that what is added to the corpus elsewhere changes nothing here.
        chance = random.Random(f"{seed} {sentence}")
        dice = chance.random()
        if dice < 0.12:
            other = chance.choice(plain).rstrip(".!")
            both = [other, sentence] if chance.random() < 0.5 else [sentence.rstrip(".!"), other]
            out.append((number, category, meant, chance.choice([", ", ", and ", ". ", ". "]).join(both)))
        elif dice < 0.24:
            out.append((number, category, meant, f"{chance.choice(OPENERS)} {sentence}"))
        elif dice < 0.34:
            out.append((number, category, meant, sentence.rstrip(".!?")))
    return out


if __name__ == "__main__":
    found = sentences()
    print(len(found), "sentences of", len(set(n for n, *_ in found)), "lines")
    for one in random.Random(0).sample(found, 12):
        print(one)
