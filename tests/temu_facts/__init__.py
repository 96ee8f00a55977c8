"""
What Temu's interfaces are asked and answer, as tables (`interfaces/*.toml`, `gateway.toml`), and tests that compare with
them what the client sends and reads, and what the sandbox demands and answers. Nobody else's word counts here: where both
sides agree with each other and not with a table, the test fails.

An interface is added by one file named after it. Names, types, numbers and codes are Temu's; the words are ours.

A row is a path and what stands there. `[]` goes into a list: "data[].orderSn". Types: integer, long, text, flag, object,
money (currency and amount), and with [] lists of them. Further:

    required    the call is refused without it
    null        true where nulls were seen or are documented, "C" where they are only to be expected
    enum        the values, in [enums] of the file or of gateway.toml; `open` where others are no fault
    min, max    of a number; `most` of a list's length
    refused     what is outside these, or of other times, is refused; `form`: can't be changed by itself
    together    goes only with that other parameter
    one_of      one of those with the same word has to be there
    advised     not demanded, and yet to be sent "always" or with that other parameter; `whole`: with every value of the enum
    time        seconds or milliseconds since 1970
    filled      a list that is never empty
    ordinary    what a local mall in good order answers, and an order that nothing is special about
    only        the regions whose page has it

Each file, and each row that differs, names its sources and how certain it is: A is the partner documentation or two
sources that don't copy each other, B one source, C inferred. `SOURCES` says what the words stand for. Differences that are
to stay stand in known_differences.py, each with its reason; an entry that no longer holds fails as a new difference does.
"""

SOURCES = {
    "mirror": "partner documentation, in the public repository opastorello/temu-api-docs (2026-05): names, types, codes",
    "tables": "parameter tables in zhaotoday/linkfox-skills; those of the US, EU and Global are one text, copied",
    "javadoc": "vidaniello/temu-api, written from the pages of the EU's partner site",
    "go": "hiscaler/temu-go, a client of semi-managed malls",
    "python": "docstrings of XIE7654/temu_api",
    "partner": "notes on the partner gateway in public repositories: which interface moved there, and names",
    "us-page": "a real order list of a US mall, in XIE7654/temu_api",
    "semi-page": "fields of a real order list, in vanky2viva/temu-omni",
    "pages": "reference pages of the partner documentation with their descriptions, copied in a public skill repository",
    "hu": "a live Hungarian mall that uploads labels of returns, in a public repository",
    "de": "donchrillo/temu, a live German mall",
    "it": "DinamicheAziendali/hdcasa, a live Italian mall",
    "mx": "Hixen9kubera/OMNICANAL, a live Mexican mall",
}
