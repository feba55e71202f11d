import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0004_signatures_of_envelopes'),
        ('parties', '0009_clients_support_work'),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(help_text='webhook-id', max_length=40, unique=True)),
                ('what', models.CharField(help_text='the type of the event', max_length=30)),
                ('about', models.CharField(blank=True, default='', help_text='the number that a person knows it by', max_length=60)),
                ('body', models.TextField()),
                ('state', models.CharField(default='waiting', max_length=10)),
                ('tries', models.IntegerField(default=0, help_text='attempts since it was made, or sent again by hand')),
                ('due_at', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('took', models.IntegerField(help_text='milliseconds')),
                ('status', models.IntegerField(help_text='of the answer; none came when empty', null=True)),
                ('problem', models.CharField(blank=True, default='', help_text='why it failed; empty: it succeeded', max_length=20)),
                ('answer', models.TextField(blank=True, default='', help_text='the beginning of what was answered')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='exchange.webhookdelivery')),
            ],
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=500)),
                ('description', models.CharField(blank=True, default='', max_length=100)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=15), default=list, help_text='kinds of receipts; empty: all', size=None)),
                ('statuses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), default=list, help_text='statuses; empty: all', size=None)),
                ('sealed', models.BinaryField(help_text='the secret')),
                ('sealed_before', models.BinaryField(help_text='the secret before, which signs too for a time', null=True)),
                ('before_until', models.DateTimeField(null=True)),
                ('off_why', models.CharField(blank=True, default='', help_text='empty: it is on', max_length=10)),
                ('off_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=100)),
                ('tx', models.BigIntegerField()),
                ('receipt', models.BigIntegerField(default=0)),
                ('read', models.IntegerField(default=0)),
                ('failures', models.IntegerField(default=0, help_text='attempts that failed since one succeeded')),
                ('failing_since', models.DateTimeField(null=True)),
                ('succeeded_at', models.DateTimeField(null=True)),
                ('rests_until', models.DateTimeField(null=True)),
                ('busy_until', models.DateTimeField(null=True)),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.enterprise')),
            ],
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='endpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='exchange.webhookendpoint'),
        ),
        migrations.AddConstraint(
            model_name='webhookendpoint',
            constraint=models.UniqueConstraint(fields=('enterprise', 'url'), name='one_webhook_a_url'),
        ),
        migrations.AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(('off_why__in', ('', 'person', 'failures', 'gone'))), name='webhook_off_why'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['endpoint', '-id'], name='webhook_log'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['endpoint', 'state', '-id'], name='webhook_log_by_state'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['endpoint', 'due_at'], name='webhook_due'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['made_at'], name='webhook_age'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'delivered', 'failed'))), name='webhook_delivery_state'),
        ),
    ]
