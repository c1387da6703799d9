"""What is owed: playbooks that say to whom, workflows that say by which steps, notices that tell.

The room knows the ledger's nouns and writes what a playbook calls for; whether it may be written now,
and by whom, is asked in `casework` before.
"""
