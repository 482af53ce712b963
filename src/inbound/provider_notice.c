/* Its fields are those of a report by other names, so a report is made of them. Around the object stand words of whoever sends the notice on. */
#include "inbound/provider_notice.h"

#include "base/text.h"
#include "codec/json.h"
#include "inbound/dsn.h"

#include <string.h>

/* What becomes of each field where it is there. */
static const struct {
	const char *key, *name;
} fields[] = {{"emailAddress", "Final-Recipient"}, {"action", "Action"}, {"status", "Status"}, {"diagnosticCode", "Diagnostic-Code"}};

/* The class, where a recipient has no status: the server that refused gave none. */
static const struct {
	const char *type, *status;
} types[] = {{"Permanent", "5.0.0"}, {"Transient", "4.0.0"}};

/* From the first brace to the last, without the breaks ("!" and a new line) that old mail servers put into long lines. NULL: no object. */
static Json *object_find(const char *notice)
{
	const char *start = strchr(notice, '{'), *end = strrchr(notice, '}');
	if (start == NULL || end == NULL || end < start)
		return NULL;
	GString *text = g_string_new_len(start, end + 1 - start);
	g_string_replace(text, "!\n ", "", 0);
	Json *json = js_parse(text->str, text->len, NULL);
	g_string_free(text, TRUE);
	return json;
}

/* The notice itself, where it stands as a string within one of SNS. */
static Json *unpacked(Json *json)
{
	const char *message = json != NULL ? js_object_get_string(json, "Message") : NULL;
	if (message == NULL)
		return json;
	Json *inner = js_parse(message, strlen(message), NULL);
	js_unref(json);
	return inner;
}

static const char *status_of_type(const char *type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_strcmp0(type, types[i].type) == 0)
			return types[i].status;
	return NULL;
}

static void field_write(GString *report, const char *name, const char *value)
{
	g_autofree char *line = text_clean_line(value);
	g_string_append_printf(report, "%s: %s\n", name, line);
}

static void recipient_write(GString *report, const Json *recipient, const char *type)
{
	const char *status = status_of_type(type);
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		const char *value = js_object_get_string(recipient, fields[i].key);
		if (value != NULL)
			field_write(report, fields[i].name, value);
	}
	if (js_object_get_string(recipient, "action") == NULL)
		field_write(report, "Action", "failed");
	if (js_object_get_string(recipient, "status") == NULL && status != NULL)
		field_write(report, "Status", status);
	g_string_append_c(report, '\n');
}

gboolean provider_notice_read(Returned *returned, Received *received)
{
	g_autoptr(Json) notice = unpacked(object_find(returned->notice));
	const Json *bounce = js_is_object(notice) ? js_object_get(notice, "bounce") : NULL;
	const Json *recipients = js_is_object(bounce) ? js_object_get(bounce, "bouncedRecipients") : NULL;
	if (!js_is_array(recipients))
		return FALSE;
	GString *report = g_string_new(NULL);
	for (gsize i = 0; i < js_array_length(recipients); i++)
		if (js_is_object(js_array_get(recipients, i)))
			recipient_write(report, js_array_get(recipients, i), js_object_get_string(bounce, "bounceType"));
	dsn_read_text(report->str, received);
	g_string_free(report, TRUE);
	const Json *mail = js_object_get(notice, "mail"), *header = js_is_object(mail) ? js_object_get(mail, "commonHeaders") : NULL;
	const char *id = js_is_object(header) ? js_object_get_string(header, "messageId") : NULL;
	if (returned->message_id == NULL && id != NULL)
		returned->message_id = message_id_find(id);
	return received->recipients->len > 0;
}
