from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0003_listed_businesses'),
    ]

    operations = [
        migrations.AddField(
            model_name='transmission',
            name='signature',
            field=models.CharField(default='', help_text='of the envelope: verified, strange, unread; empty: none', max_length=10),
        ),
        migrations.AddField(
            model_name='transmission',
            name='signed_by',
            field=models.CharField(default='', help_text='serial of the certificate', max_length=64),
        ),
    ]
