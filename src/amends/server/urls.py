"""The URL table. Addresses hold references of incidents, never identifiers of people."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from amends.web import views

urlpatterns = [
    path("", views.incidents, name="incidents"),
    path("incidents/<slug:reference>/", views.incident, name="incident"),
    path("login/", LoginView.as_view(template_name="web/login.html"), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
