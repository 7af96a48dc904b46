"""Ordinary English by many hands: the example sentences of WordNet (Princeton's licence). They only teach what is nobody's
concern, more than half of them in words that are the policy's too."""

import random
import re

WORDNET = "/usr/share/wordnet/data."
PLAIN, CLOSE = 2200, 4300
# What may not be taken for ordinary by its words alone.
LEFT_OUT = re.compile(
    r"\b(rape|sex|nude|naked|suicid|jew|muslim|negro|nigg|gay|homosexual|lesbian|whore|bitch|bastard|slut|penis|cock|prostitut|fuck|shit|"
    r"arab|gyps|savage|slave|retard|crippl|hate|despis|orgasm|erotic|lust|seduc|cocaine|heroin|swindl|brib|vote for|murderous|inferior)\w*", re.I)
# Words of the policy in sentences that it does not mean: “the champagne bottle exploded”.
CLOSE_TO = re.compile(
    r"\b(kill|murder|shoot|shot|stab|bomb|terror|threat|hang|drug|gun|weapon|attack|fight|war|army|police|prison|black|white|women|girl|boy|child|baby|breast|"
    r"vote|elect|candidate|democrat|republican|party|president|govern|cheat|fraud|steal|money|bank|pay|card|stupid|idiot|ugly|fool|fat|drunk|whisk|beer|wine|gambl|bet|casino|"
    r"smok|tobacco|cigar|cure|medic|doctor|vaccin|disease|cancer|poison|die|dead|death|beat|whip|blood|damn|hell|lie|liar|burn|fire|cut|destroy|explo|secret|address|name|"
    r"password|eat|weight|thin|body|skin|hot|kiss|love|immigrant|foreign|race|church|jews|people|you|your)\w*", re.I)


def ordinary(seed=5, more=0):
    """@param more instead, so many that these never are"""
    found = set()
    for part in ("noun", "verb", "adj", "adv"):
        for line in open(WORDNET + part, encoding="utf-8", errors="replace"):
            gloss = line.partition(" | ")[2]
            for example in re.findall(r'"([^"]+)"', gloss):
                words = example.split()
                if 4 <= len(words) <= 22 and not LEFT_OUT.search(example):
                    found.add(example[0].upper() + example[1:].rstrip(" .;!?,") + ".")
    chosen = sorted(found)
    random.Random(seed).shuffle(chosen)
    close = [text for text in chosen if CLOSE_TO.search(text)]
    plain = [text for text in chosen if not CLOSE_TO.search(text)]
    print(len(plain), "ordinary sentences, of which", PLAIN, "and", len(close), "with words of the policy, of which", CLOSE, flush=True)
    if more:
        return plain[PLAIN : PLAIN + more // 2] + close[CLOSE : CLOSE + more // 2]
    return plain[:PLAIN] + close[:CLOSE]


if __name__ == "__main__":
    print(ordinary()[:10])
