/* Drives mail/ from JSON, for the integration tests: one object on standard input.
 *
 * {"do":"compose","templates":DIR,"settings":{…},"request":{…},"event":{…}}  the message's bytes on standard output; with an event, the invite
 * {"do":"deliver","settings":{…},"messages":[{"name":…,"to":…,"bytes":…}]}    a JSON line a message: outcome, reply, server_down
 *     `repeat` says the bytes so often; `pause_ms` waits before; LF in them stands for CRLF, unless `bare`
 * An error is a line on standard error, and its exit code. */
#include "base/error.h"
#include "base/secret.h"
#include "codec/json.h"
#include "mail/compose.h"
#include "mail/deliver.h"
#include "net/transfer.h"
#include <stdio.h>
#include <string.h>

static char *text(const Json *object, const char *key)
{
	return (char *)js_object_get_string(object, key); /* borrowed; nothing writes through the settings */
}

static GPtrArray *names_of(const Json *list)
{
	GPtrArray *names = g_ptr_array_new();
	for (gsize i = 0; i < js_array_length(list); i++)
		g_ptr_array_add(names, (char *)js_string(js_array_get(list, i)));
	return names;
}

static Settings settings_of(const Json *json)
{
	return (Settings){
		.organisation = text(json, "organisation"),
		.language = text(json, "language"),
		.colour = text(json, "colour"),
		.transport = text(json, "transport"),
		.mail_starttls = js_object_get_boolean(json, "starttls"),
		.mail_ca_file = text(json, "ca_file"),
		.mail_user = text(json, "user"),
		.mail_password_file = text(json, "password_file"),
		.mail_auth = text(json, "auth"),
		.mail_token_file = text(json, "token_file"),
		.mail_from_name = text(json, "from_name"),
		.mail_from_address = text(json, "from_address"),
		.mail_bounce = text(json, "bounce"),
		.redirect_all_to = text(json, "redirect_all_to"),
		.mail_timeout_s = js_object_get_integer(json, "timeout_s", 10),
		.public_url = text(json, "public_url"),
		.template_dir = text(json, "template_dir"),
	};
}

static void item_of(const Json *json, MailItem *item)
{
	*item = (MailItem){
		.invoice = text(json, "invoice"),
		.approval = text(json, "approval"),
		.supplier = text(json, "supplier"),
		.number = text(json, "number"),
		.credit_note = js_object_get_boolean(json, "credit_note"),
		.due = DATE_NONE,
		.deadline = js_object_get_instant(json, "deadline"),
		.opened = js_object_get_instant(json, "opened"),
		.informing = js_object_get_boolean(json, "informing"),
		.approver = text(json, "approver"),
		.others = names_of(js_object_get(json, "others")),
		.next_name = text(json, "next_name"),
		.next_at = js_object_get_instant(json, "next_at"),
		.why = text(json, "why"),
	};
	if (text(json, "due") != NULL)
		g_assert_true(date_parse(text(json, "due"), &item->due, NULL));
	if (text(json, "amount") != NULL)
		g_assert_true(money_parse(text(json, "amount"), &item->amount, NULL));
}

static gboolean compose_in(const MailStyle *style, const Json *json, Calendar *calendar, ComposedMail *mail, GError **error)
{
	const Json *ask = js_object_get(json, "request"), *items = js_object_get(ask, "items"), *when = js_object_get(json, "event");
	Person person = {.name = text(ask, "name"), .mail = text(ask, "mail"), .language = text(ask, "language")};
	g_autofree MailItem *list = g_new0(MailItem, js_array_length(items));
	for (gsize i = 0; i < js_array_length(items); i++)
		item_of(js_array_get(items, i), &list[i]);
	MailRequest request = {
		.recipient = &person,
		.calendar = calendar,
		.now = js_object_get_instant(ask, "now"),
		.items = list,
		.n_items = js_array_length(items),
		.message_id = text(ask, "message_id"),
		.thread_id = text(ask, "thread_id"),
		.updates = js_object_get_boolean(ask, "updates"),
	};
	g_assert_true(tone_parse(text(ask, "tone"), &request.tone));
	IcsEvent event = {
		.method = g_strcmp0(text(when, "method"), "CANCEL") == 0 ? ICS_CANCEL : ICS_REQUEST,
		.uid = text(when, "uid"),
		.sequence = js_object_get_integer(when, "sequence", 0),
		.stamp = request.now,
		.starts = js_object_get_instant(when, "starts"),
		.ends = js_object_get_instant(when, "ends"),
	};
	const gboolean composed = when != NULL ? mail_compose_invite(style, &request, &event, mail, error)
	                                       : mail_compose_reminder(style, &request, mail, error);
	for (gsize i = 0; i < request.n_items; i++)
		g_ptr_array_unref((GPtrArray *)list[i].others);
	return composed;
}

static gboolean compose(const Json *json, GError **error)
{
	const Settings settings = settings_of(js_object_get(json, "settings"));
	const char *zone_name = text(js_object_get(json, "request"), "zone");
	g_autoptr(MailStyle) style = mail_style_new(&settings, text(json, "templates"), error);
	g_autoptr(Zone) zone = style != NULL ? zone_new(zone_name != NULL ? zone_name : "Europe/Amsterdam", error) : NULL;
	if (zone == NULL)
		return FALSE;
	g_autoptr(Calendar) calendar = calendar_new("probe", zone);
	ComposedMail mail = {0};
	if (!compose_in(style, json, calendar, &mail, error))
		return FALSE;
	fwrite(g_bytes_get_data(mail.bytes, NULL), 1, g_bytes_get_size(mail.bytes), stdout);
	composed_mail_clear(&mail);
	return TRUE;
}

static void print_delivery(const Delivery *delivery)
{
	static const char *const outcomes[] = {"accepted", "deferred", "refused", "uncertain"};
	g_autoptr(Json) line = js_object_new();
	js_object_set_string(line, "outcome", outcomes[delivery->outcome]);
	js_object_set_string(line, "reply", delivery->reply);
	js_object_set_boolean(line, "server_down", delivery->server_down);
	g_autofree char *printed = js_line(line);
	puts(printed);
	fflush(stdout);
}

static GBytes *bytes_of(const Json *message)
{
	g_auto(GStrv) lines = g_strsplit(text(message, "bytes"), "\n", -1);
	g_autofree char *once = g_strjoinv(js_object_get_boolean(message, "bare") ? "\n" : "\r\n", lines);
	GString *all = g_string_new(NULL);
	for (gint64 i = 0; i < js_object_get_integer(message, "repeat", 1); i++)
		g_string_append(all, once);
	return g_string_free_to_bytes(all);
}

static gboolean deliver(const Json *json, GError **error)
{
	Settings settings = settings_of(js_object_get(json, "settings"));
	const Json *messages = js_object_get(json, "messages");
	g_autoptr(GPtrArray) command = settings.mail_token_command = names_of(js_object_get(js_object_get(json, "settings"), "token_command"));
	(void)command;
	g_autoptr(MailTransport) transport = mail_transport_new(&settings, error);
	if (transport == NULL)
		return FALSE;
	for (gsize i = 0; i < js_array_length(messages); i++) {
		const Json *message = js_array_get(messages, i);
		g_usleep((gulong)js_object_get_integer(message, "pause_ms", 0) * 1000);
		g_autoptr(GBytes) bytes = bytes_of(message);
		Delivery delivery;
		mail_transport_deliver(transport, text(message, "name"), text(message, "to"), bytes, &delivery);
		print_delivery(&delivery);
		delivery_clear(&delivery);
	}
	return TRUE;
}

int main(void)
{
	g_autoptr(GError) error = NULL;
	if (!secret_init() || !transfer_init())
		return 69;
	g_autoptr(GString) input = g_string_new(NULL);
	char buffer[65536];
	for (gsize n; (n = fread(buffer, 1, sizeof buffer, stdin)) > 0;)
		g_string_append_len(input, buffer, (gssize)n);
	g_autoptr(Json) json = js_parse(input->str, input->len, &error);
	if (json != NULL) {
		const gboolean composes = g_strcmp0(text(json, "do"), "compose") == 0;
		if (composes ? compose(json, &error) : deliver(json, &error))
			return 0;
	}
	fprintf(stderr, "%s\n", error->message);
	return error_exit_code(error);
}
