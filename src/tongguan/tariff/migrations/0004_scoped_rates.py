from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tariff", "0003_search")]

    operations = [
        migrations.RemoveConstraint("rate", "rate_kind_known"),
        migrations.AlterField(
            "rate",
            "kind",
            models.CharField(
                max_length=115,
                help_text="Which rate; with a colon and whom it is for, where it is not for all.",
            ),
        ),
        migrations.AddConstraint(
            "rate",
            models.CheckConstraint(
                condition=models.Q(kind__in=["mfn", "general", "provisional", "vat", "consumption", "export"])
                | models.Q(kind__regex="^(agreement|special|antidumping|countervailing|safeguard|retaliatory):."),
                name="rate_kind_known",
            ),
        ),
    ]
