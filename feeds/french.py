"""French as it is searched: one writing for « citoyen·ne·s », « Citoyennes » and « citoyen », kept or asked.

PostgreSQL's French stemmer does most of the work (plurals, verbs); this module prepares words for it, the
same way for what is stored and for what is asked, so that both always meet:

- addresses go; hashtags are kept whole and cut at their capitals (`#CaféCitoyen`);
- elided words lose their article (« l’entraide »); stop words go, except where an accent tells (« maïs »);
- inclusive forms are brought back to their first word (« membre·s », « citoyen(ne)s », « acteur/trice »);
- accents go, then the endings that the stemmer reads by their accent, or does not pair, are paired here:
  travailleuse/travailleur, directrice/directeur, conseillère/conseiller, organisée/organisé, actif/active,
  élus/élu, québécoise/québécois, travaux/travail.

Stop words live here and not in a dictionary file: a managed PostgreSQL has no place to put one.
Pure: imports no Django.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from feeds.text import split_camel_case

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_WORD = 60
DOTS = "·•⋅‧∙・⸱"
APOSTROPHES = "'’ʼ‘`´＇"  # noqa: RUF001 -- all the signs that people type for one
HYPHENS = "-‐‑–—−"  # noqa: RUF001 -- as above

# -------------------------------------------------------------------------------------------------
# Words that say nothing to a search

STOP_WORDS = frozenset(
    """
    a ai aie aient aies ainsi ait alors as au aucun aucune aura aurait auront aussi autre autres aux
    auxquelles auxquels avaient avais avait avec avez avoir avons ayant c car ce ceci cela celle
    celles celleux celui cent ces cet cette ceuses ceux chaque chez ci comme comment d da dans de
    des desquelles desquels donc dont du duquel durant dès déjà elle elles elleux ellui en encore
    entre es est et eu eue eut eux faire fait font fut hors ici iel ielle ielles iels il ils j je
    jusqu jusque l la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui là m ma
    mais malgré me mes mien mienne moi moins mon même mêmes n ne ni non nos notre nous nôtre on ont
    ou outre où par parce parmi pas peu peut peuvent plus plutôt pour pourquoi puis puisque qu quand
    que quel quelle quelles quelqu quelque quelques quels qui quoi quoique s sa sans se selon sera
    serait seront ses si sien sienne sinon soi soit sommes son sont sous suis sur t ta tandis te tel
    telle telles tels tes toi ton tou tous touste toustes tout toute toutefois toutes trop très tu
    un une unes uns vers via voici voilà vos votre vous vu vôtre y à ça étaient étais était étant
    êtes être
    """.split()  # noqa: SIM905 -- a list of two hundred quoted words cannot be read
)

# -------------------------------------------------------------------------------------------------
# Inclusive writing, undone before anything else

_ENDING = (
    r"e|x|s|es|ne|nes|le|les|te|tes|se|ses|re|res|ve|ves|que|ques|che|ches|ale|ales|elle|elles|enne|ennes|ienne|iennes"
    r"|onne|onnes|ère|ères|ière|ières|euse|euses|rice|rices|trice|trices|ice|ices|esse|esses|eresse|eure|eures|ive|ives"
    r"|ine|ines|ette|ettes|aine|aines|oise|oises|aise|aises"
)
_SHORT = r"e|es|ne|nes|le|les|te|tes|se|ses|ve|ves|re|res"
_HYPHENATED = r"e|es|ne|trice|trices|euse|euses|rice|rices|ère|ères|ière|ières|enne|ennes|ienne|iennes"
_HEAD = r"eur|teur|eux|er|ier|if|el|en|ien|al|on|in|ain|ois|ais|s|x"
_LETTER = r"[^\W\d_]"

_INCLUSIVE = (
    # lect·eur·rice·s, tou·s·tes: the first ending is part of the word.
    (
        re.compile(
            rf"({_LETTER}{{2,}})[{DOTS}]({_HEAD})[{DOTS}]{_LETTER}+(?:[{DOTS}]{_LETTER}+)*", re.IGNORECASE
        ),
        r"\1\2",
    ),
    # citoyen·ne·s: a middle dot between letters is always this.
    (re.compile(rf"({_LETTER}{{2,}})(?:[{DOTS}]{_LETTER}+)+", re.IGNORECASE), r"\1"),
    # citoyen(ne)s, élu(e)(s)
    (re.compile(rf"({_LETTER}{{2,}})(?:\((?:{_ENDING})\))+s?(?!{_LETTER})", re.IGNORECASE), r"\1"),
    # membre.s, étudiant.e.s: a dot, then an ending and no more.
    (re.compile(rf"({_LETTER}{{3,}})\.(?:{_ENDING})(?:\.(?:s|x))?(?![\w@.]*\w)", re.IGNORECASE), r"\1"),
    # acteur/trice, étudiant/e/s
    (re.compile(rf"({_LETTER}{{3,}})/(?:{_ENDING})(?:/s)?(?![\w/])", re.IGNORECASE), r"\1"),
    # citoyen-ne-s, étudiant-e (but « dis-le », « parle-t-elle »)
    (re.compile(rf"({_LETTER}{{3,}})-(?:(?:{_SHORT})-s|{_HYPHENATED})(?![\w-])", re.IGNORECASE), r"\1"),
    # étudiantEs, citoyenNEs
    (re.compile(r"([^\W\d_A-ZÀ-Þ]{3,})(?:E|NE|LE|TE|TRICE|EUSE)[Ss]?(?!\w)"), r"\1"),
)

# -------------------------------------------------------------------------------------------------
# Endings, on words without accents, before the stemmer

_EXPLICIT = {
    form: word
    for word, forms in {
        "travail": "travaux",
        "vitrail": "vitraux",
        "bail": "baux",
        "corail": "coraux",
        "ciel": "cieux",
        "oeil": "yeux",
        "nouveau": "nouvel nouvelle nouvelles nouveaux",
        "beau": "bel belle belles beaux",
        "vieux": "vieil vieille vieilles",
        "fou": "fol folle folles fous",
        "public": "publique publiques publics",
        "grec": "grecque grecques grecs",
        "turc": "turque turques turcs",
        "blanc": "blanche blanches blancs",
        "franc": "franche franches francs",
        "frais": "fraiche fraiches",
        "sec": "seche seches secs",
        "long": "longue longues longs",
        "doux": "douce douces",
        "roux": "rousse rousses",
        "faux": "fausse fausses",
        "gros": "grosse grosses",
        "bas": "basse basses",
        "favori": "favorite favorites favoris",
        "maire": "mairesse mairesses maires",
        "maitre": "maitresse maitresses maitres",
        "poete": "poetesse poetesses poetes",
        "hote": "hotesse hotesses hotes",
        "prince": "princesse princesses princes",
        "copain": "copine copines copains",
        "inclus": "incluse incluses",
        "epoux": "epouse epouses",
        "heros": "heroine heroines",
        "cle": "clef clefs cles",
        "saint": "st ste sts stes",
        "messieurs": "monsieur mr",
        "madame": "mesdames mme mmes",
        "gris": "grise grises",
    }.items()
    for form in forms.split()
}
"""Pairs that no rule of endings joins."""

_ENDINGS = tuple(
    (re.compile(pattern), ending)
    for pattern, ending in (
        # Agents: directrice, directeur, travailleuse, travailleur, professeure; heureuse, heureux; jeux.
        (r"(?<=[a-z]{2})trices?$", "teu"),
        (r"(?<=[a-z]{3})(?:eurs?|eures?|euses?)$", "eu"),
        (r"(?<=[a-z])eux$", "eu"),
        (r"(?<=[a-z]{2})oux$", "ou"),
        # The stemmer knows these by their accent.
        (r"(?<=[a-z]{2})ieres?$", "ier"),
        (r"(?<=[a-z]{2})(ll|ch)eres?$", r"\1er"),
        # boulangère, usagère; but « suggère » goes with « suggérer ».
        (r"(?<=[a-z]{2})(?<!sug)(?<!exa)(?<!^di)(?<!^in)(?<!refri)geres?$", "ger"),
        (r"(?<=[a-z]{2})ees?$", "e"),
        # It reads « conseiller » and « conseillers » apart.
        (r"(?<=[a-z]{2})ers$", "er"),
        # It pairs « collectif » and « collective » but not « actif » and « active ».
        (r"(?<=[a-z])ifs?$", "ive"),
        # It keeps the s of « élus », « vélos », « délais »; and then « québécoise » must lose it too.
        (r"(?<=[a-z]{2})(ai|oi)(?:s|ses?)$", r"\1"),
        (r"(?<=[a-z]{2})([aou])s$", r"\1"),
    )
)

# -------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>«»“”\"]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TAG = re.compile(r"(?<![\w&/])#(\w{1,100})")
_ELISION = re.compile(
    rf"(?<![\w])(?:[cdjlmnst]|qu|lorsqu|puisqu|quoiqu|jusqu|quelqu|presqu)[{APOSTROPHES}](?=\w)",
    re.IGNORECASE,
)
_TODAY = re.compile(rf"aujourd[{APOSTROPHES}]?\s?hui", re.IGNORECASE)
# Bound beginnings: « co-opérative » and « coopérative », « éco-quartier » and « écoquartier » are one word.
_BOUND = re.compile(
    rf"(?<!\w)(bien|co|re|ré|pre|pré|anti|auto|bio|eco|éco|inter|micro|mini|multi|neo|néo|post|pseudo|socio|ultra|tele|télé|agro"
    rf"|hydro|e)[{HYPHENS}](?={_LETTER}{{3}})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
_MARKS = re.compile("[\u0300-\u036f]")
_QUERY_TERM = re.compile(
    r'(?P<minus>(?<!\S)[-–])?(?:["“”«](?P<phrase>[^"“”«»]*)["“”»]?|(?P<bare>[^\s"“”«»]+))'
)
_OR = frozenset({"OU", "OR"})
EITHER = "or"


def normalise(text: str) -> str:
    """Give the words of a text, ready for the stemmer, separated by spaces."""
    return " ".join(words(text))


def words(text: str, *, whole_tags: bool = True) -> Iterator[str]:
    """Give the words one by one, in order; with `whole_tags` a hashtag is given whole, then in parts."""
    text = unicodedata.normalize("NFC", text)
    text = _MAIL.sub(" ", _ADDRESS.sub(" ", text))
    if whole_tags:
        text = _TAG.sub(lambda match: f" {match[1].replace('_', '')} {split_camel_case(match[1])} ", text)
    text = _TODAY.sub("aujourdhui", text)
    for pattern, replacement in _INCLUSIVE:
        text = pattern.sub(replacement, text)
    text = _ELISION.sub("", text)
    text = _BOUND.sub(r"\1", text)
    for match in _WORD.finditer(text.lower()):
        if match[0] not in STOP_WORDS:
            yield pair(fold(match[0])[:LONGEST_WORD])


def fold(word: str) -> str:
    """Give a word in lower case without the accents of Latin letters."""
    spread = unicodedata.normalize("NFKD", word.lower().translate(_LIGATURES))
    return unicodedata.normalize("NFC", _MARKS.sub("", spread))


def pair(word: str) -> str:
    """Give what a folded word shares with its feminine and plural, where the stemmer would not find it."""
    word = _EXPLICIT.get(word, word)
    for pattern, ending in _ENDINGS:
        shorter, changed = pattern.subn(ending, word)
        if changed:
            return shorter
    return word


def query(text: str) -> str:
    """Give a query for `websearch_to_tsquery`, or "" when nothing in it can be looked for.

    Understands « phrases » (any quotes), `-without` and `OU` (or `OR`), in capitals. A compound word is a
    phrase: « Trois-Rivières » does not find three rivers. What remains is quoted words: nothing breaks out.
    """
    terms: list[str] = []
    has_positive = False
    for match in _QUERY_TERM.finditer(unicodedata.normalize("NFC", text)):
        if match["bare"] in _OR and not match["minus"]:
            if terms and terms[-1] != EITHER:
                terms.append(EITHER)
            continue
        found = list(_asked(match["phrase"] if match["bare"] is None else match["bare"]))
        if not found:
            continue
        term = f'"{" ".join(found)}"'
        if match["minus"]:
            if terms and terms[-1] == EITHER:
                terms.pop()
            terms.append(f"-{term}")
        else:
            has_positive = True
            terms.append(term)
    if terms and terms[-1] == EITHER:
        terms.pop()
    return " ".join(terms) if has_positive else ""


def _asked(text: str) -> Iterator[str]:
    """Give the words of one term of a query; a hashtag is one word, as it was stored whole."""
    return words(_TAG.sub(lambda match: match[1].replace("_", ""), text), whole_tags=False)


def positive_words(text: str) -> list[str]:
    """List the words that a query asks for, without those it excludes: what a result shows in bold."""
    found: list[str] = []
    for match in _QUERY_TERM.finditer(unicodedata.normalize("NFC", text)):
        if not match["minus"] and match["bare"] not in _OR:
            found += _asked(match["phrase"] if match["bare"] is None else match["bare"])
    return list(dict.fromkeys(found))
