"""Letters: from what one person is owed to be told, to one PDF for that person.

`letters` holds what goes in, `templates/` and `languages/` the words, `layout/` the page,
`composition` joins the words with the facts and refuses a notice with a hole, `coverage` finds
characters that no font can print, `rendering` writes the files. Nothing here decides who is
written to, sends anything, or reads a clock; and no function takes two affected people.
"""
