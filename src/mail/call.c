/* What comes from a document or a person stays a value, whatever is in it: no template of a channel can say otherwise. The secret is not here yet: what is stored of a
 * call holds none. */
#include "mail/call.h"

#include "base/error.h"
#include "codec/mustache.h"
#include "mail/context.h"
#include <string.h>

/* Beside those of mails. */
static const char *const own_names[] = {"channel", "message", "address", "uid", "mail", "tone", "role", "line", "text", "safe_line", "safe_text", "link", "last", NULL};

const char *call_address(const Channel *channel, const Person *person)
{
	switch (channel->to) {
	case ADDRESS_NONE:
		return "";
	case ADDRESS_MOBILE:
		return person->mobile;
	case ADDRESS_MAIL:
		return person->mail;
	case ADDRESS_UID:
		return person->uid;
	}
	g_return_val_if_reached(NULL);
}

static MustacheEscape escape_of_body(const Channel *channel)
{
	static const MustacheEscape escapes[] = {
		[FILL_TEXT] = MUSTACHE_ESCAPE_NONE, [FILL_JSON] = MUSTACHE_ESCAPE_JSON, [FILL_FORM] = MUSTACHE_ESCAPE_URL, [FILL_XML] = MUSTACHE_ESCAPE_XML,
	};
	ChannelFill fill = FILL_JSON;
	channel_fill(channel, &fill);
	return escapes[fill];
}

/* --- templates --- */

static gboolean names_are_known(const char *what, const Mustache *template, GError **error)
{
	g_autoptr(GArray) asked = mustache_tags(template);
	for (guint i = 0; i < asked->len; i++) {
		const MustacheTag *tag = &g_array_index(asked, MustacheTag, i);
		g_autofree char *first = g_strndup(tag->name, strcspn(tag->name, "."));
		if (!tag->partial && (strcmp(tag->name, ".") == 0 || g_strv_contains(own_names, first) || g_strv_contains(context_names(), first)))
			continue;
		error_set(error, ERROR_INVALID, "%s: nothing is called %s", what, tag->name);
		return FALSE;
	}
	return TRUE;
}

/* `what` names the setting in errors. */
static char *fill_in(const char *what, const char *text, MustacheEscape escape, const Json *facts, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(Mustache) template = mustache_compile(what, text, &cause);
	if (template == NULL) {
		error_set(error, ERROR_INVALID, "%s", cause->message);
		return NULL;
	}
	return names_are_known(what, template, error) ? mustache_render(template, facts, escape, NULL, NULL) : NULL;
}

/* --- bodies --- */

static void copy(Json *to, const char *name, const Json *from, const char *source)
{
	Json *value = js_object_get(from, source);
	if (js_is_set(value))
		js_object_set(to, name, js_ref(value));
}

static Json *invoice_facts(const MailItem *item, const Json *facts)
{
	static const char *const same[] = {"supplier", "number", "kind", "link"};
	Json *invoice = js_object_new();
	g_autofree char *amount = item->amount.currency[0] != '\0' ? money_format(item->amount) : NULL;
	g_autofree char *due = date_is_set(item->due) ? date_format(item->due) : NULL;
	js_object_set_line(invoice, "id", item->invoice);
	for (gsize i = 0; i < G_N_ELEMENTS(same); i++)
		copy(invoice, same[i], facts, same[i]);
	js_object_set_line(invoice, "amount", amount);
	js_object_set_line(invoice, "due_date", due);
	js_object_set_instant(invoice, "deadline", item->deadline);
	js_object_set_string(invoice, "role", item->informing ? "cc" : "to");
	js_object_set_line(invoice, "approver", item->informing ? item->approver : NULL);
	return invoice;
}

/* Those to decide stand in one list of the facts, the others in another, each in the request's order. */
static Json *invoices_of(const MailRequest *request, const Json *facts)
{
	Json *invoices = js_array_new();
	gsize decide = 0, inform = 0;
	for (gsize i = 0; i < request->n_items; i++) {
		const gboolean informing = request->items[i].informing;
		const Json *list = js_object_get(facts, informing ? "inform" : "decide");
		const Json *item = js_array_get(list, informing ? inform++ : decide++);
		if (item != NULL)
			js_array_append(invoices, invoice_facts(&request->items[i], item));
	}
	return invoices;
}

static const char *const plain_fields[] = {"message", "channel", "address", "tone", "role", "uid", "name", "line", "text", "link"};

static char *json_body(const MailRequest *request, const Json *facts)
{
	g_autoptr(Json) body = js_object_new();
	for (gsize i = 0; i < G_N_ELEMENTS(plain_fields); i++)
		copy(body, plain_fields[i], facts, plain_fields[i]);
	copy(body, "language", facts, "lang");
	js_object_set(body, "invoices", invoices_of(request, facts));
	return js_line(body);
}

static char *form_body(const Json *facts)
{
	GString *body = g_string_new(NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(plain_fields); i++) {
		const char *value = js_object_get_string(facts, plain_fields[i]);
		if (value == NULL)
			continue;
		g_string_append_printf(body, "%s%s=", body->len > 0 ? "&" : "", plain_fields[i]);
		g_string_append_uri_escaped(body, value, NULL, FALSE);
	}
	return g_string_free(body, FALSE);
}

static char *template_body(const Channel *channel, const Json *facts, GError **error)
{
	const MustacheEscape escape = escape_of_body(channel);
	g_autofree char *body = fill_in(channel->body, channel->template, escape, facts, error);
	if (body == NULL || escape != MUSTACHE_ESCAPE_JSON)
		return g_steal_pointer(&body);
	g_autoptr(GError) cause = NULL;
	g_autoptr(Json) parsed = js_parse(body, strlen(body), &cause);
	if (parsed == NULL) {
		error_set(error, ERROR_INVALID, "%s: what it makes is no JSON: %s", channel->body, cause->message);
		return NULL;
	}
	return g_steal_pointer(&body);
}

static char *body_of(const Channel *channel, const MailRequest *request, const Json *facts, GError **error)
{
	if (channel_has_template(channel))
		return template_body(channel, facts, error);
	return strcmp(channel->body, CHANNEL_BODY_FORM) == 0 ? form_body(facts) : json_body(request, facts);
}

/* --- the whole request --- */

static Json *headers_of(const Channel *channel, const Json *facts, GError **error)
{
	g_autoptr(Json) headers = js_array_new();
	g_autofree char *type = g_strconcat("Content-Type: ", channel_content_type(channel), NULL);
	js_array_append_string(headers, type);
	for (guint i = 0; i < channel->headers->len; i++) {
		g_autofree char *header = fill_in("headers", channel->headers->pdata[i], MUSTACHE_ESCAPE_HEADER, facts, error);
		if (header == NULL)
			return NULL;
		js_array_append_string(headers, header);
	}
	return g_steal_pointer(&headers);
}

static Json *request_of(const Channel *channel, const Json *facts, char *body, GError **error)
{
	g_autofree char *url = fill_in("url", channel->url, MUSTACHE_ESCAPE_URL, facts, error), *content = body;
	g_autoptr(Json) headers = url != NULL ? headers_of(channel, facts, error) : NULL;
	if (headers == NULL)
		return NULL;
	Json *request = js_object_new();
	js_object_set_string(request, "url", url);
	js_object_set_string(request, "method", channel->method == METHOD_PUT ? "PUT" : "POST");
	js_object_set(request, "headers", js_ref(headers));
	js_object_set_integer(request, "timeout", channel->timeout_s);
	js_object_set_string(request, "body", content);
	return request;
}

/* So that a template can set commas between. */
static void mark_last(const Json *facts, const char *list)
{
	const Json *array = js_object_get(facts, list);
	const gsize length = js_array_length(array);
	for (gsize i = 0; i < length; i++)
		js_object_set_boolean(js_array_get(array, i), "last", i + 1 == length);
}

/* For services that read marks between < and >. */
static void add_safe(Json *facts, const char *name, const char *source)
{
	GString *safe = g_string_new(js_object_get_string(facts, source));
	g_string_replace(safe, "&", "&amp;", 0);
	g_string_replace(safe, "<", "&lt;", 0);
	g_string_replace(safe, ">", "&gt;", 0);
	js_object_set_line(facts, name, safe->str);
	g_string_free(safe, TRUE);
}

static void add_own(Json *facts, const Channel *channel, const MailRequest *request, const char *address)
{
	const Person *recipient = request->recipient;
	js_object_set_line(facts, "channel", channel->name);
	js_object_set_line(facts, "message", request->message_id);
	js_object_set_line(facts, "address", address);
	js_object_set_line(facts, "uid", recipient->uid);
	js_object_set_line(facts, "mail", recipient->mail);
	js_object_set_line(facts, "tone", tone_name(request->tone));
	js_object_set_line(facts, "role", js_object_get_boolean(facts, "decides") ? "to" : "cc");
	add_safe(facts, "safe_line", "line");
	add_safe(facts, "safe_text", "text");
	mark_last(facts, "decide");
	mark_last(facts, "inform");
}

gboolean call_compose(const MailStyle *style, const Channel *channel, const MailRequest *request, ComposedMail *call, GError **error)
{
	g_return_val_if_fail(request->n_items > 0, FALSE);
	const char *address = call_address(channel, request->recipient);
	if (address == NULL) {
		error_set(error, ERROR_PERMANENT, "channel %s: %s has no address for it", channel->name, request->recipient->name);
		return FALSE;
	}
	g_autoptr(Json) facts = mail_facts(style, request);
	add_own(facts, channel, request, address);
	char *body = body_of(channel, request, facts, error);
	g_autoptr(Json) whole = body != NULL ? request_of(channel, facts, body, error) : NULL;
	if (whole == NULL) {
		g_prefix_error(error, "channel %s: ", channel->name);
		return FALSE;
	}
	char *line = js_line(whole);
	*call = (ComposedMail){
		.to = g_strdup(address),
		.subject = g_strdup(js_object_get_string(facts, "line")),
		.bytes = g_bytes_new_take(line, strlen(line)),
	};
	return TRUE;
}

/* --- read again --- */

void call_clear(Call *call)
{
	g_clear_pointer(&call->url, g_free);
	g_clear_pointer(&call->method, g_free);
	g_clear_pointer(&call->headers, g_ptr_array_unref);
	g_clear_pointer(&call->body, g_bytes_unref);
}

gboolean call_read(GBytes *bytes, Call *call, GError **error)
{
	gsize length = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
	g_autoptr(Json) whole = text != NULL ? js_parse(text, length, NULL) : NULL;
	const char *url = js_object_get_string(whole, "url"), *method = js_object_get_string(whole, "method"), *body = js_object_get_string(whole, "body");
	*call = (Call){0};
	if (url == NULL || method == NULL || body == NULL) {
		error_set(error, ERROR_BROKEN, "what was written of the call is not there any more, or cannot be read");
		return FALSE;
	}
	const Json *headers = js_object_get(whole, "headers");
	call->url = g_strdup(url);
	call->method = g_strdup(method);
	call->body = g_bytes_new(body, strlen(body));
	call->timeout_s = js_object_get_integer(whole, "timeout", 10);
	call->headers = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0; i < js_array_length(headers); i++)
		g_ptr_array_add(call->headers, g_strdup(js_string(js_array_get(headers, i))));
	return TRUE;
}

/* --- trying it --- */

static Json *sample_of(const char *const *names, Json *object)
{
	for (const char *const *name = names; *name != NULL; name++)
		js_object_set_line(object, *name, "\"\\x & {secret}");
	return object;
}

static Json *sample_item(gboolean last)
{
	Json *item = sample_of(context_names(), js_object_new());
	js_object_set_boolean(item, "last", last);
	return item;
}

/* All that there may be, of so many invoices. */
static Json *sample_facts(guint invoices)
{
	Json *facts = sample_of(own_names, sample_of(context_names(), js_object_new())), *items = js_array_new();
	for (guint i = 0; i < invoices; i++)
		js_array_append(items, sample_item(i + 1 == invoices));
	js_object_set(facts, "decide", items);
	js_object_set(facts, "inform", js_ref(items));
	js_object_set_boolean(facts, "single", FALSE);
	if (invoices == 1)
		js_object_set(facts, "single", sample_item(TRUE));
	return facts;
}

gboolean call_check(const Channel *channel, GError **error)
{
	for (guint invoices = 1; invoices <= 2; invoices++) {
		g_autoptr(Json) facts = sample_facts(invoices);
		char *body = channel_has_template(channel) ? template_body(channel, facts, error) : g_strdup("");
		g_autoptr(Json) whole = body != NULL ? request_of(channel, facts, body, error) : NULL;
		if (whole == NULL)
			return FALSE;
	}
	return TRUE;
}
