from django.db import migrations, models

ROW = ", ".join(
    f'{{0}}."{c}"' for c in ("id", "what", "subject", "by", "role", "at", "details", "leaf", "parts")
)
NUMBERED = (
    "OLD.seq IS NULL AND NEW.seq IS NOT NULL "
    f"AND ROW({ROW.format('OLD')}) IS NOT DISTINCT FROM ROW({ROW.format('NEW')})"
)


class Migration(migrations.Migration):
    """An event may tell of many records; its parts are kept as unchangeably as the rest of it."""

    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.AddField("event", "parts", models.JSONField(null=True)),
        migrations.RunSQL(
            [
                "DROP TRIGGER journal_event_keep ON journal_event",
                "CREATE TRIGGER journal_event_keep BEFORE UPDATE ON journal_event FOR EACH ROW "
                f"WHEN (({NUMBERED}) IS NOT TRUE) EXECUTE FUNCTION tongguan_refuse_change()",
            ],
            migrations.RunSQL.noop,
        ),
    ]
