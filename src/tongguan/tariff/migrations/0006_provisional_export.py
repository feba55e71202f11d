from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tariff", "0005_quota_rates")]

    operations = [
        migrations.RemoveConstraint("rate", "rate_kind_known"),
        migrations.AddConstraint(
            "rate",
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=(
                        "mfn", "general", "provisional", "vat", "consumption", "export", "quota", "provisional_quota",
                        "provisional_export",
                    )
                )
                | models.Q(kind__regex="^(agreement|special|antidumping|countervailing|safeguard|retaliatory):."),
                name="rate_kind_known",
            ),
        ),
    ]  # fmt: skip
