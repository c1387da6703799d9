"""What one would otherwise write: a plain Django view that looks one identifier up, on the same uvicorn.

No key, no receipt, no record, no canary; it is there to be compared with.
"""

from __future__ import annotations

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amends.server.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__
application = get_asgi_application()


@csrf_exempt
def check(request: HttpRequest) -> JsonResponse:
    """Answer hold or clear."""
    from amends.ledger import current
    from amends.ledger.models import HeldIdentifier, KnownIdentifier
    from amends.vocabulary.identifier import normalised_identifier

    asked = json.loads(request.body)
    fingerprint = current.sealer().fingerprint(normalised_identifier(asked["identifier"]))
    found = HeldIdentifier.objects.filter(
        fingerprint=fingerprint, hold__state="in_force", hold__barred_action=asked["action"]
    )
    known = KnownIdentifier.objects.filter(fingerprint=fingerprint)
    return JsonResponse({"answer": "hold" if found.exists() or not known.exists() else "clear"})


urlpatterns = [path("v1/check", check)]
