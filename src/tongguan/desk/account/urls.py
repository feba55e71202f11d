"""The addresses of coming in and of one's account."""

from __future__ import annotations

from django.urls import path

from tongguan.desk.account import own, signing_in

urlpatterns = [
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-in/code", signing_in.second_step, name="account_code"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("account", own.account, name="account"),
    path("account/act-as", own.act_as, name="account_act_as"),
    path("account/password", own.password, name="account_password"),
    path("account/second-factor", own.factor, name="account_factor"),
    path("account/sessions", own.sessions, name="account_sessions"),
]
