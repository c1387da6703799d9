"""The watched folder: what is put in one folder reaches another only if it may be published.

`inbox` looks at what has come, `intake` takes it out of everybody's reach, `publishing` puts it where it goes,
`round_` strings them together. What happens is decided by what lies on the disk, so that a kill at any moment
loses no file and publishes none unscreened.
"""
