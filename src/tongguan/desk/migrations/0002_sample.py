from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('at', models.DateTimeField(primary_key=True, serialize=False)),
                ('level', models.CharField(max_length=10)),
                ('figures', models.JSONField()),
            ],
        ),
    ]
