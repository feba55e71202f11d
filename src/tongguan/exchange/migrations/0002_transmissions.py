from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Transmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sender', models.CharField(help_text='SenderId', max_length=16)),
                ('number', models.CharField(help_text="CopMsgId, the sender's", max_length=255)),
                ('digest', models.BinaryField(help_text='SHA-256 of the data', max_length=32)),
                ('code', models.CharField(help_text='the answer: code of the exchange platform', max_length=9)),
                ('status', models.CharField(help_text='the answer: our own code', max_length=10)),
                ('words', models.JSONField(help_text='the answer in both languages')),
                ('message', models.BigIntegerField(db_index=True, help_text='number of the message filed from it')),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sender', 'number'), name='one_transmission_a_number')],
            },
        ),
    ]
