"""Whether a document that is run later, without anybody waiting, may be kept: it is held against the schema and the limits now."""

from collections.abc import Sequence

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    print_ast,
    specified_rules,
)

from api.documents import cost, limits
from api.documents.limits import Limits
from api.documents.prepare import Documents

# The only variable that it is given.
ID = "id"


def problems(schema: GraphQLSchema, text: str) -> Sequence[str]:
    """What is wrong with a query of one object by `$id: ID!`; empty where it may be run."""
    most = Limits()
    documents = Documents(most, introspection=False, remembered=0)
    try:
        document = documents.read(text)
    except GraphQLError as error:
        return [error.message]
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        return ["it must hold one operation, a query"]
    (operation,) = operations
    variables = [
        (each.variable.name.value, print_ast(each.type)) for each in operation.variable_definitions or ()
    ]
    if variables != [(ID, "ID!")]:
        return [f"it must have one variable, ${ID}: ID!, which is given the object's id"]
    asked = cost.measure(schema, document, operation, variables={ID: ""}, limits=most)
    errors = limits.refusals(asked, operation, most) or documents.validate(
        document, schema, tuple(specified_rules)
    )
    return [error.message for error in errors]
