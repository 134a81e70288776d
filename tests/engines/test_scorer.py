from collections.abc import Sequence

import numpy as np
import pytest

from feynman.engines.builtin.scorer import Scorer, Scores
from feynman.text.embedding import Embedder
from feynman.text.subwords import MAX_PIECES, SubwordReader

# Topic, point, the same in other words, something else about the topic, the opposite.
EXAMPLES = (
    (
        "tides",
        "The Moon's gravity pulls the oceans into bulges, which we see as high tides.",
        "The sea rises where the moon tugs on the water, and that is the high tide.",
        "Fishing boats often leave the harbour early in the morning.",
        "The Moon's gravity has no effect on the oceans and does not cause high tides.",
    ),
    (
        "vaccination",
        "A vaccine trains the immune system to recognise a germ before it causes illness.",
        "The jab shows your body's defences what the germ looks like, so they are ready before you get sick.",
        "Many vaccines have to be kept in a fridge.",
        "A vaccine prevents the immune system from recognising a germ.",
    ),
    (
        "潮汐",
        "月球的引力把海水拉得鼓起来，形成涨潮。",
        "月亮吸着海里的水，水面升高就涨潮了。",
        "渔船常常一大早就出港。",
        "涨潮跟月球的引力没有关系，月球不会拉动海水。",
    ),
    (
        "疫苗",
        "疫苗让免疫系统提前认识病原体，以后遇到就能很快消灭它。",
        "打了针，身体先见过这种病菌的样子，真来了马上就能把它打跑。",
        "很多疫苗要放在冰箱里保存。",
        "疫苗让免疫系统认不出病原体，以后遇到也不能消灭它。",
    ),
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    """Read the encoder's model once."""
    return Embedder()


@pytest.fixture(scope="module")
def scorer(embedder: Embedder) -> Scorer:
    """The shipped weights."""
    return Scorer.load(SubwordReader(embedder))


def scored(scorer: Scorer, embedder: Embedder, units: Sequence[str], points: Sequence[str], topic: str = "") -> Scores:
    """Encode and score."""
    vectors = embedder.encode(units), embedder.encode(points)
    return scorer.score(units, points, unit_vectors=vectors[0], point_vectors=vectors[1], topic=topic)


@pytest.mark.parametrize(("topic", "point", "paraphrase", "neutral", "opposite"), EXAMPLES)
def test_ranks_what_is_said(
    scorer: Scorer, embedder: Embedder, topic: str, point: str, paraphrase: str, neutral: str, opposite: str
) -> None:
    """A paraphrase says the point more than a neutral sentence and than its denial do; the denial opposes it most."""
    found = scored(scorer, embedder, [paraphrase, neutral, opposite], [point], topic)
    said, opposed = found.said[:, 0], found.opposed[:, 0]
    assert said[0] > said[1]
    assert said[0] * (1 - opposed[0]) > said[2] * (1 - opposed[2])
    assert opposed[2] == opposed.max()


def test_shapes_and_ranges(scorer: Scorer, embedder: Embedder) -> None:
    """Every unit has a probability of both kinds for every point, in either mixture of languages."""
    units = [text for example in EXAMPLES for text in example[2:]]
    found = scored(scorer, embedder, units, [example[1] for example in EXAMPLES])
    for scores in (found.said, found.opposed):
        assert scores.shape == (len(units), len(EXAMPLES))
        assert scores.dtype == np.float32
        assert ((scores >= 0) & (scores <= 1)).all()


def test_is_asymmetric(scorer: Scorer, embedder: Embedder) -> None:
    """Who says more says the less, not the other way round."""
    for more, less in (
        ("Plants use light to turn water and carbon dioxide into sugar and oxygen.", "Plants make sugar."),
        ("心脏把血液送到全身，带去氧气和养料，再带走废物。", "心脏把血液送到全身。"),
    ):
        assert scored(scorer, embedder, [more], [less]).said > scored(scorer, embedder, [less], [more]).said


def test_the_topic_alone_says_nothing(scorer: Scorer, embedder: Embedder) -> None:
    """A sentence that only names the topic is below every paraphrase."""
    for topic, point, paraphrase, *_ in EXAMPLES:
        both = [paraphrase, f"I will tell you about {topic}." if topic.isascii() else f"我来讲讲{topic}。"]
        said = scored(scorer, embedder, both, [point], topic).said[:, 0]
        assert said[0] > said[1]


def test_is_deterministic_and_independent(scorer: Scorer, embedder: Embedder) -> None:
    """A pair's scores depend on nothing else in the call, and a second scorer gives the same."""
    units, points = [example[2] for example in EXAMPLES], [example[1] for example in EXAMPLES]
    together = scored(scorer, embedder, units, points)
    again = scored(Scorer.load(SubwordReader(embedder)), embedder, units, points)
    np.testing.assert_array_equal(together.said, again.said)
    for at, unit in enumerate(units):
        alone = scored(scorer, embedder, [unit], [points[at]])
        np.testing.assert_allclose(alone.said[0, 0], together.said[at, at], atol=1e-4)
        np.testing.assert_allclose(alone.opposed[0, 0], together.opposed[at, at], atol=1e-4)


def test_the_question_counts_little(scorer: Scorer, embedder: Embedder) -> None:
    """Words that the question had already are worth less than words of the learner's own."""
    unit, point = "The moon pulls the sea.", EXAMPLES[0][1]
    vectors = embedder.encode([unit]), embedder.encode([point])
    plain = scorer.score([unit], [point], unit_vectors=vectors[0], point_vectors=vectors[1])
    asked = scorer.score(
        [unit], [point], unit_vectors=vectors[0], point_vectors=vectors[1], question="How does the moon pull the sea?"
    )
    assert asked.said[0, 0] != plain.said[0, 0]


@pytest.mark.parametrize(("units", "points"), [(0, 3), (3, 0), (0, 0)])
def test_nothing_to_score(scorer: Scorer, embedder: Embedder, units: int, points: int) -> None:
    """No units or no points come back as empty tables of that shape."""
    found = scored(scorer, embedder, ["a"] * units, ["b"] * points)
    assert found.said.shape == found.opposed.shape == (units, points)


@pytest.mark.parametrize("text", ["", " ", "?!…", "水" * 3000, "word " * 2000, "\ud800\x00", "٣ + ४ = 7", "🙂"])
def test_bad_texts(scorer: Scorer, embedder: Embedder, text: str) -> None:
    """Empty, endless and odd texts have finite scores on either side."""
    point = EXAMPLES[0][1]
    found = scored(scorer, embedder, [text, point], [point, text])
    assert np.isfinite(found.said).all()
    assert np.isfinite(found.opposed).all()


def test_many_units(scorer: Scorer, embedder: Embedder) -> None:
    """More units than are aligned at once come back in order."""
    units = [f"Sentence number {at} is about the sea." for at in range(40)] + [EXAMPLES[0][2]]
    said = scored(scorer, embedder, units, [EXAMPLES[0][1]], "tides").said[:, 0]
    assert said.shape == (41,)
    assert said.argmax() == 40


def test_judges_a_whole_answer(scorer: Scorer, embedder: Embedder) -> None:
    """Any one of several reference answers is enough."""
    points = ["there is a gap in the path", "the bulb is no longer in a closed path with the battery"]
    answer = "the bulb is not in a closed path with the battery"
    vectors = embedder.encode([answer, *points])
    verdict = scorer.judge(
        answer,
        points,
        answer_vector=vectors[0],
        point_vectors=vectors[1:],
        question="Why did the bulb go out?",
        kinds=["KEYWORD", "BEST"],
        head="beetle",
    )
    assert verdict.said
    assert verdict.label == 0
    np.testing.assert_allclose(verdict.shares.sum(), 1, atol=1e-5)


def test_subwords(embedder: Embedder) -> None:
    """A text has a vector for each of its pieces, the beginning and the end count, and long ones are cut."""
    short, empty, long = SubwordReader(embedder).read(["The sea.", "", "sea " * 500])
    assert short.vectors.shape == (len(short.pieces), 512)
    assert 2 <= len(empty.pieces) <= 3
    assert len(long.pieces) == MAX_PIECES
