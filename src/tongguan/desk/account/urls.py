"""The addresses of coming in and of one's account."""

from __future__ import annotations

from django.urls import path

from tongguan.desk.account import (
    digest,
    joining,
    mandates,
    own,
    own_data,
    passkeys,
    people,
    programs,
    signing_in,
    support,
    work,
)

urlpatterns = [
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-in/code", signing_in.second_step, name="account_code"),
    path("sign-in/passkey", passkeys.sign_in, name="account_passkey_sign_in"),
    path("sign-in/passkey/offer", passkeys.offer_sign_in, name="account_passkey_challenge"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("account", own.account, name="account"),
    path("account/act-as", own.act_as, name="account_act_as"),
    path("account/password", own.password, name="account_password"),
    path("account/second-factor", own.factor, name="account_factor"),
    path("account/passkeys", passkeys.listed, name="account_passkeys"),
    path("account/passkeys/offer", passkeys.offer, name="account_passkey_offer"),
    path("account/sessions", own.sessions, name="account_sessions"),
    path("account/data", own_data.own_data, name="account_data"),
    path("join", joining.join, name="account_join"),
    path("invitations/<str:secret>", joining.invitation, name="account_invitation"),
    path("account/applications", joining.listed, name="account_applications"),
    path("account/applications/<int:number>", joining.one, name="account_application"),
    path("account/people", people.listed, name="account_people"),
    path("account/people/<int:number>/<str:verb>", people.change, name="account_person"),
    path("account/invitations/<int:number>/withdraw", people.withdraw, name="account_withdraw"),
    path("account/programs", programs.listed, name="account_programs"),
    path("account/programs/<int:number>/<str:verb>", programs.change, name="account_program"),
    path("account/support", support.listed, name="account_supports"),
    path("account/support/<int:number>", support.one, name="account_support"),
    path("account/support/<int:number>/<str:verb>", support.change, name="account_support_change"),
    path("account/digest", digest.own, name="account_digest"),
    path("account/digest/confirm/<str:given>", digest.confirm, name="account_digest_confirm"),
    path("account/digest/stop/<str:given>", digest.stop, name="account_digest_stop"),
    path("account/work", work.mine, name="account_work"),
    path("account/work/take", work.take, name="account_take"),
    path("account/mandates", mandates.listed, name="account_mandates"),
    path("account/mandates/<int:number>/<str:verb>", mandates.decide, name="account_mandate"),
]
