from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ecommerce", "0005_patterns")]

    operations = [
        migrations.AddField(
            "paymentorder",
            "surcharge",
            models.DecimalField(
                db_default=0,
                decimal_places=2,
                default=0,
                help_text="for late payment (滞纳金), as the bank was told last",
                max_digits=19,
            ),
        ),
        # People look for requests by the number of their own.
        migrations.AddIndex("withdrawal", models.Index(fields=["number"], name="withdrawals_by_number")),
        migrations.AddIndex("return", models.Index(fields=["number"], name="returns_by_number")),
    ]
