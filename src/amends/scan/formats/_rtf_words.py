"""The control words of RTF that decide where a text goes (Rich Text Format Specification 1.9.1)."""

from __future__ import annotations

from typing import Final

BODY: Final = "body"
PASSED: Final = "passed"
HEXED: Final = "hexed"
"""Digits that stand for bytes: a picture, an object, a package."""

DESTINATIONS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(
        ("fldrslt", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "footnote",
         "shptxt", "listtext", "pntext", "result", "shpinst", "shp", "shppict", "shprslt", "nonshppict",
         "field", "upr", "ud", "object", "do", "dptxbxtext", "aftncn", "ftnsep", "ftnsepc", "tx"),
        (BODY, ""),
    ),

       **dict.fromkeys(
        ("colortbl", "fonttbl", "rsidtbl", "latentstyles", "filetbl", "xmlnstbl", "panose", "falt",
         "pgptbl", "listpicture",
         "blipuid", "mmathPr", "passwordhash", "shpgrp", "fname", "background", "levelnumbers", "themecolor"),
        (PASSED, ""),
    ),
    **dict.fromkeys(("pict", "themedata", "colorschememapping", "datastore", "objdata", "password"), (HEXED, "")),
    **dict.fromkeys(("stylesheet", "listtable", "listoverridetable", "leveltext", "listname", "liststylename", "pn",
                     "pnseclvl", "pntxta", "pntxtb"),
                    ("style", "style-text")),
    **dict.fromkeys(
        ("title", "subject", "author", "manager", "company", "operator", "category", "keywords", "comment", "doccomm",
         "hlinkbase", "generator", "creatim", "revtim", "printim", "buptim", "info", "operatr"),
        ("property", "document-property"),

       ),
    **dict.fromkeys(("userprops", "propname", "staticval", "linkval"), ("property",

       "custom-property")),
    **dict.fromkeys(("annotation", "atnid", "atnauthor", "atntime", "atndate", "atnref", "atrfstart",
    "atrfend", "atnparent"),
                    ("comment", "comment")),
    **dict.fromkeys(("fldinst", "formfield", "ffname", "ffdeftext", "ffhelptext", "ffstattext", "ffformat",
    "datafield"),
                    ("field", "field-instruction")),
    **dict.fromkeys(("bkmkstart", "bkmkend"), ("name", "bookmark-name")),
    **dict.fromkeys(("revtbl", "protusertbl", "userprotect"), ("person", "person-list")),
    **dict.fromkeys(("objclass", "objname", "objalias", "objsect"), ("name", "embedded-file")),
    "template": ("link", "attached-template"),
    "docvar": ("variable", "document-variable"),
    "mailmerge": ("property", "mail-merge-source"),
    "xmlattr": ("attribute", "custom-xml"),
    "wzDescription": ("description", "alternative-text"),
}  # fmt: skip
"""Control word → kind of the pieces, and why they are not seen."""

LETTERS: Final[dict[str, str]] = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "softline": "\n",
}  # fmt: skip
SYMBOLS: Final[dict[str, str]] = {
    "~": " ",
    "_": "-",
    "-": "",
    "\n": "\n",
    "\r": "\n",
    "{": "{",
    "}": "}",
    "\\": "\\",
}
ENDS: Final = frozenset({"par", "sect", "page", "column", "row", "nestrow"})

FORMATS: Final = frozenset({"cs", "ds", "ts", "hich", "loch", "dbch", "rtlch", "ltrch"})
"""Starred like a destination by some programs,
though they say only how the text looks."""


CHARSETS: Final[dict[int, str]] = {
    0: "cp1252", 1: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950",
    161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
"""``\\fcharset`` → encoding; all of them are loaded before a child locks itself in."""
CODE_PAGES: Final = frozenset(
    {437, 850, 866, 874, 932, 936, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258}
)
