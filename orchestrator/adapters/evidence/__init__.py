"""The evidence: a hash-chained log that only grows, in segments of bounded size, and checkpoints that anchor it.

`entry` is one line and its hash · `chain` what follows from line to line · `segment` the files · `log` the writer ·
`checkpoint` what is signed and kept elsewhere · `notarised` both
together · `outlets` where checkpoints go · `verify` the judgement: anchored, unanchored or contradicted.
Nothing here interprets what an entry says of the migration.
"""

from orchestrator.adapters.evidence.chain import Standing
from orchestrator.adapters.evidence.entry import FIRST, Entry
from orchestrator.adapters.evidence.log import EvidenceLog, NoEvidence
from orchestrator.adapters.evidence.notarised import NotarisedLog
from orchestrator.adapters.evidence.segment import read, tail
from orchestrator.adapters.evidence.verify import Verdict, verify

__all__ = [
    "FIRST",
    "Entry",
    "EvidenceLog",
    "NoEvidence",
    "NotarisedLog",
    "Standing",
    "Verdict",
    "read",
    "tail",
    "verify",
]
