"""Which mapping requests can be applied, and in what order."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.products.mapping_plan import LARGEST_CIRCLE, MappingRequest, plan
from domain.products.queries import WebsiteIds

SKUS = "ABCDEFG"
PAIRS = [(str(n), str(n)) for n in range(1, 8)]
CURRENT = st.permutations(PAIRS).flatmap(
    lambda pairs: st.lists(st.booleans(), min_size=6, max_size=6).map(
        lambda mapped: {sku: pair if has else None for sku, pair, has in zip("ABCDEF", pairs, mapped, strict=False)}
    )
)  # fmt: skip
WISHES = st.dictionaries(st.sampled_from(SKUS), st.one_of(st.none(), st.sampled_from(PAIRS))).map(
    lambda wanted: [request(sku, pair) for sku, pair in wanted.items()]
)


def request(sku: str, pair: WebsiteIds | None) -> MappingRequest:
    return MappingRequest(subject=sku, place="row", sku=sku, pair=pair, safety_quantity=1)


@given(CURRENT, WISHES)
def test_one_listing_one_product(
    current: dict[str, WebsiteIds | None], requests: list[MappingRequest]
) -> None:
    """M3: applied unit by unit, no listing ever has two products, and nothing is refused that could be applied."""
    made = plan(requests, current)

    state = dict(current)
    for unit in made.units:
        state |= {one.sku: one.pair for one in unit if one.pair is not None}
        held = [pair for pair in state.values() if pair is not None]
        assert len(held) == len(set(held))
    told = [one.sku for unit in made.units for one in unit] + [one.subject for one in made.refused]
    assert sorted(told) == sorted(one.sku for one in requests)
    for refusal in made.refused:
        (refused,) = [one for one in requests if one.sku == refusal.subject]
        if refusal.code == "TAKEN":
            assert refused.pair in [pair for sku, pair in state.items() if sku != refused.sku]
        else:
            assert refused.sku not in current


def test_chains_and_circles() -> None:
    """M2, M3: products that pass their listings on go in order, those that swap go together, whatever the rows' order."""
    one, two, three, four = PAIRS[:4]
    current: dict[str, WebsiteIds | None] = {"A": one, "B": two, "C": three, "D": None}
    chain = plan([request("D", one), request("A", two), request("B", four)], current)
    circle = plan([request("A", two), request("D", four), request("B", one)], current)
    blocked = plan([request("D", one), request("A", two), request("B", three)], current)

    assert [[w.sku for w in unit] for unit in chain.units] == [["B"], ["A"], ["D"]]
    assert [[w.sku for w in unit] for unit in circle.units] == [["A", "B"], ["D"]]
    assert [one.subject for one in blocked.refused] == ["B", "A", "D"]
    assert blocked.refused[0].message == (
        "row: Product C is mapped to this listing already. Take that mapping away first."
    )


def test_circles_that_are_too_large() -> None:
    """M2: what could not be written in one transaction is refused with advice."""
    size = LARGEST_CIRCLE + 1
    pairs = [(str(n), "1") for n in range(1, size + 1)]
    current: dict[str, WebsiteIds | None] = {f"S{n}": pair for n, pair in enumerate(pairs)}
    made = plan([request(f"S{n}", pairs[n - 1]) for n in range(size)], current)

    assert made.units == []
    assert {one.code for one in made.refused} == {"CONFLICT"}
    assert len(made.refused) == size


def test_batches_hold_whole_units() -> None:
    """M2: batches are of some size, and none parts products that move together."""
    current: dict[str, WebsiteIds | None] = {"A": PAIRS[0], "B": PAIRS[1], "C": None, "D": None}
    made = plan(
        [request("C", PAIRS[2]), request("A", PAIRS[1]), request("B", PAIRS[0]), request("D", PAIRS[3])],
        current,
    )

    assert [[w.sku for w in batch] for batch in made.batches(2)] == [["C", "A", "B"], ["D"]]


def test_a_mapping_that_stays() -> None:
    """M4: where only products without a mapping are to get one, another's that was made meanwhile stays."""
    requests = [
        replace(request(sku, pair), only_unmapped=True) for sku, pair in zip("ABC", PAIRS, strict=False)
    ]
    made = plan(requests, {"A": PAIRS[5], "B": None, "C": PAIRS[2]})

    assert [[w.sku for w in unit] for unit in made.units] == [["C"], ["B"]]
    assert [(one.subject, one.code) for one in made.refused] == [("A", "MAPPED_OTHERWISE")]
