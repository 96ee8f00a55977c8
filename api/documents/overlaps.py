"""How often a document selects fields at one place: validation compares each such pair, and all that lies below it."""

from collections.abc import Mapping, Sequence

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)


def overlaps(document: DocumentNode, *, most: int) -> int:
    """Selections of a document that are looked at or compared, wherever its fragments are spread: no more are counted than
    one more than *most*, so counting takes no longer than that.
    """
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    todo = [
        [each.selection_set]
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode | FragmentDefinitionNode)
    ]
    # Those in fragments that are spread are reached twice, and cost nothing while they are few.
    count = 0
    while todo and count <= most:
        places = _places(todo.pop(), fragments)
        count += sum(1 + len(nodes) * (len(nodes) - 1) // 2 for nodes in places)
        inner = ([each.selection_set for each in nodes if each.selection_set] for nodes in places)
        todo.extend(filter(None, inner))
    return min(count, most + 1)


def _places(
    selections: Sequence[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> list[list[FieldNode]]:
    """The fields of one object in the reply, those with one name together; each fragment is read once for it."""
    places: dict[str, list[FieldNode]] = {}
    todo, spread = list(selections), set[str]()
    while todo:
        for node in todo.pop().selections:
            if isinstance(node, FieldNode):
                places.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                todo.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                if node.name.value in fragments:
                    todo.append(fragments[node.name.value].selection_set)
    return list(places.values())
