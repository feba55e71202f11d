from django.db import migrations, models

_FROM_NOW_ON = (
    "UPDATE exchange_webhookendpoint SET declared ="
    " (SELECT coalesce(max(id), 0) FROM declarations_declarationreceipt)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('declarations', '0006_messages'),
        ('exchange', '0006_issuing_body'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhookendpoint',
            name='declared',
            field=models.BigIntegerField(default=0, help_text='the last receipt of a declaration that was read'),
        ),
        migrations.RunSQL(_FROM_NOW_ON, migrations.RunSQL.noop),
    ]
