"""French as it is searched: what finds what, through the real stemmer of the database."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from feeds import french

# (what is written, what is asked): each finds the other.
SAME = [
    # accents, ligatures, capitals
    ("coopérative", "cooperative"),
    ("Québec", "QUEBEC"),
    ("réunion", "reunion"),
    ("événement", "évènement"),
    ("cœurs", "coeur"),
    ("hôpital", "hopitaux"),
    ("maïs", "MAÏS"),
    # plural
    ("coopérative", "coopératives"),
    ("marché", "marchés"),
    ("journal", "journaux"),
    ("régional", "régionaux"),
    ("travail", "travaux"),
    ("tableau", "tableaux"),
    ("jeu", "jeux"),
    ("milieu", "milieux"),
    ("élu", "élus"),
    ("vélo", "vélos"),
    ("cinéma", "cinémas"),
    ("délai", "délais"),
    ("emploi", "emplois"),
    ("bijou", "bijoux"),
    ("conseiller", "conseillers"),
    # apostrophes, straight or not
    ("l’entraide", "entraide"),
    ("l'entraide", "l’entraide"),
    ("d’hiver", "hiver"),
    ("jusqu’à dimanche", "dimanche"),
    ("aujourd’hui", "aujourd'hui"),
    # inclusive forms
    ("citoyen·ne·s", "citoyen"),
    ("citoyen·ne·s", "citoyennes"),
    ("citoyen•ne•s", "citoyenne"),
    ("membre·s", "membres"),
    ("membre.s", "membre"),
    ("membre(s)", "membres"),
    ("étudiant.e.s", "étudiante"),
    ("étudiant-e-s", "étudiants"),
    ("étudiant(e)s", "étudiantes"),
    ("étudiantEs", "étudiant"),
    ("travailleur·euse·s", "travailleuse"),
    ("travailleuse", "travailleur"),
    ("travailleuses", "travailleurs"),
    ("acteur/trice", "actrices"),
    ("acteur·rice·s", "actrice"),
    ("lect·eur·rice·s", "lecteurs"),
    ("directrice", "directeur"),
    ("autrice", "auteure"),
    ("professeure", "professeurs"),
    ("conseiller·ère·s", "conseillères"),
    ("infirmière", "infirmiers"),
    ("usager·ère·s", "usagère"),
    ("professionnel(le)s", "professionnelles"),
    ("musicien·ne", "musiciennes"),
    ("élu·e·s", "élues"),
    ("habitant·e·s", "habitantes"),
    ("mairesse", "maire"),
    # feminine
    ("actif", "actives"),
    ("sportive", "sportif"),
    ("collectif", "collective"),
    ("publique", "publics"),
    ("québécoise", "québécois"),
    ("montréalaises", "montréalais"),
    ("heureuse", "heureux"),
    ("municipale", "municipaux"),
    ("nouvelle", "nouveaux"),
    # compounds
    ("Trois-Rivières", "trois-rivieres"),
    ("St-Jérôme", "Saint-Jérôme"),
    ("Ste-Foy", "sainte foy"),
    ("co-opérative", "coopérative"),
    ("éco-quartier", "écoquartier"),
    # verbs
    ("organisée", "organiser"),
    ("organise", "organisé"),
    ("chante", "chanter"),
    ("réussit", "réussir"),
    ("partagé", "partager"),
]


def found(text, query):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('parvis_fr', %s) @@ websearch_to_tsquery('parvis_fr', %s)",
            [french.normalise(text), french.query(query)],
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "other"), SAME)
def test_forms_of_a_word_find_each_other(one, other):
    assert found(one, other)
    assert found(other, one)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("#CaféCitoyen", "café"),
        ("#CaféCitoyen", "cafecitoyen"),
        ("#CaféCitoyen", "#cafécitoyen"),
        ("#BudgetParticipatif2026", "budget 2026"),
        ("Le festival d’été de Rimouski", "festival été"),
        ("Les droits de la personne", '"droits de la personne"'),
        ("Un beau petit vélo rouge", "vélo -bleu"),
        ("Le traversier part", "bateau OU traversier"),
        ("C’est à Rivière-du-Loup", "riviere-du-loup"),
        ("On mange du blé d’Inde", "« blé d’Inde »"),
        ("Le bien-être de tous", "bien-être"),
    ],
)
def test_query_finds(text, query):
    assert found(text, query)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Trois petites rivières", "Trois-Rivières"),
        ("Le conseil est municipal", '"municipal conseil"'),
        ("Un vélo bleu", "vélo -bleu"),
        ("J’ai peu de temps", "peur"),
        ("Voir https://exemple.test/cooperative et www.exemple.test/theatre", "cooperative OU theatre"),
        ("Écris à cooperative@exemple.test", "cooperative"),
        ("#CaféCitoyen", "#citoyen2026"),
    ],
)
def test_query_does_not_find(text, query):
    assert not found(text, query)


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", ""),
        ("le la les", ""),
        ("-chat", ""),
        ('"', ""),
        ("OU", ""),
        ("chat OU", '"chat"'),
        ("OU chat", '"chat"'),
        ("chat OU -chien", '"chat" -"chien"'),
        ("or", '"or"'),
        ('a" | !b:* & (zut', '"b zut"'),
        ("Trois-Rivières", '"troi rivier"'),
        ("“quelques mots” ailleurs", '"mots" "ailleu"'),
        ("#CaféCitoyen", '"cafecitoyen"'),
    ],
)
def test_query_is_quoted_words_only(typed, query):
    assert french.query(typed) == query


def test_hyphen_of_a_question_is_not_inclusive_writing():
    assert french.normalise("Parle-t-elle? Dis-le. Prends-les") == "parle dis prends"


def test_accent_tells_a_stop_word_apart():
    assert french.normalise("mais") == ""
    assert french.normalise("maïs") == "mais"


def test_positive_words_leave_out_what_is_excluded():
    assert french.positive_words('théâtre -musique "conseil municipal" OU café') == [
        "theatre",
        "conseil",
        "municipal",
        "cafe",
    ]


@given(st.text(max_size=200))
def test_words_hold_no_sign(text):
    for word in french.words(text):
        assert word
        assert len(word) <= french.LONGEST_WORD + 3
        assert '"' not in word
        assert ":" not in word
        assert " " not in word


@given(st.text(alphabet='ab é"«»-–()OU#·.', max_size=40))
def test_query_is_always_balanced(text):
    query = french.query(text)
    assert query.count('"') % 2 == 0
    assert not query.startswith("or ")


@pytest.mark.django_db
def test_database_reads_any_query():
    with connection.cursor() as cursor:
        for typed in ("'", "\\", "a & b", "!!!", "a:*", "<->", "é" * 500, "\ud83d\ude00 fête", "a\u0301"):
            text = typed.encode("utf-16", "surrogatepass").decode("utf-16")
            cursor.execute("SELECT websearch_to_tsquery('parvis_fr', %s)", [french.query(text)])
