"""The mapping files of the two incidents: which column means what, in the sheet and in the registry."""

from __future__ import annotations

from typing import Final

_REGISTRY: Final = """
[registry]
person_id = "person_id"
identifiers = ["a_number"]
family_name = "family_name"
given_name = "given_name"
other_names = "other_names"
date_of_birth = "date_of_birth"
nationality = "nationality"
language = "language"
address = "address"
contact_channels = "contact_channels"
deceased = "deceased"
representative_id = "representative_id"
representative_name = "representative_name"
representative_address = "representative_address"

[registry.facts.final_order]
column = "final_order"
values = { "1" = "yes", "0" = "no", "true" = "yes", "false" = "no" }

[status]
file = "registry-status.parquet"
person_id = "person_id"
status = "status"
valid_from = "valid_from"
valid_to = "valid_to"

[status.values]
DETAINED = "in_custody"
RELEASED = "released"
REMOVED = "removed"
"""

LEAKED_SHEET: Final = "Detained"
MANIFEST_SHEET: Final = "Manifest"

MAPPING: Final = f"""# How the leaked sheet and the registry of this drill are read.
[leaked]
sheet = "{LEAKED_SHEET}"
identifiers = ["A-Number"]
family_name = "Last Name"
given_name = "First Name"
date_of_birth = "DOB"
nationality = "Citizenship"
facility = "Detention Facility"

[leaked.facts.fear_finding]
column = "Fear Interview Result"
values = {{ Positive = "positive", Negative = "negative", Pending = "pending" }}
{_REGISTRY}
[as_of]
status = ["in_custody"]
"""

MANIFEST_MAPPING: Final = f"""# How the manifest of the second incident is read. It has no as-of date.
[leaked]
sheet = "{MANIFEST_SHEET}"
identifiers = ["A#"]
full_name = "Passenger"
date_of_birth = "Birth Date"
nationality = "Nationality"
{_REGISTRY}"""
