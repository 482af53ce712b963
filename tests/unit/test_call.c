/* Calls of channels: what is filled in stays a value whatever is in it; templates that do not work are found before they are used. */
#include "mail/call.h"

#include "base/error.h"
#include "config/channel_access.h"

#include <string.h>

#define NOW 1798099200 /* Thursday 2026-12-24 09:00 in Amsterdam */
#define HOSTILE "A \"q\" \\ {secret} {{name}} <!here> & \xf0\x9f\x92\xb6\n\x01 x"
#define CLEAN "A \"q\" \\ {secret} {{name}} <!here> & \xf0\x9f\x92\xb6 x"

typedef struct {
	MailStyle *style;
	Calendar *calendar;
	Person person;
	MailItem items[2];
	MailRequest request;
	Channel *channel;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	const Settings settings = {.organisation = (char *)"Voorbeeld BV", .language = (char *)"nl", .colour = (char *)"#0b5c8a", .mail_from_name = (char *)"Akkoord",
	                           .mail_from_address = (char *)"akkoord@example.nl", .public_url = (char *)"https://akkoord.example.nl"};
	const char *source = g_getenv("AKKOORD_SRCDIR");
	g_autofree char *root = g_build_filename(source != NULL ? source : ".", "etc", "templates", NULL);
	g_autoptr(GError) error = NULL;
	fixture->style = mail_style_new(&settings, root, &error);
	g_assert_no_error(error);
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	fixture->calendar = calendar_new("nl", zone);
	fixture->person = (Person){.name = (char *)"Ana Ruiz", .uid = (char *)"ana", .mobile = (char *)"+34 600", .language = (char *)"en"};
	fixture->items[0] = (MailItem){
		.invoice = "k3f9w2", .approval = "ap7x", .supplier = HOSTILE, .number = "118", .amount = {123450, "EUR"}, .due = DATE_NONE, .deadline = NOW + 30600, .opened = NOW, .next_at = INSTANT_NONE,
	};
	fixture->items[1] = fixture->items[0];
	fixture->items[1].number = "119";
	fixture->request = (MailRequest){.recipient = &fixture->person, .calendar = fixture->calendar, .tone = TONE_FIRM, .now = NOW, .items = fixture->items, .n_items = 1, .message_id = "m1"};
	fixture->channel = channel_new("sms");
	fixture->channel->url = g_strdup("https://sms.example/{secret}?n={{single.supplier}}");
	fixture->channel->body = g_strdup(CHANNEL_BODY_JSON);
	fixture->channel->timeout_s = 10;
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	mail_style_free(fixture->style);
	calendar_unref(fixture->calendar);
	channel_free(fixture->channel);
}

static void use_template(Channel *channel, const char *template, const char *type)
{
	g_free(channel->body);
	g_free(channel->template);
	g_free(channel->content_type);
	channel->body = g_strdup("body.mustache");
	channel->template = g_strdup(template);
	channel->content_type = g_strdup(type);
}

/* The request, read again. */
static void make(const Fixture *fixture, Call *call)
{
	g_autoptr(GError) error = NULL;
	ComposedMail composed = {0}, again = {0};
	g_assert_true(call_compose(fixture->style, fixture->channel, &fixture->request, &composed, &error));
	g_assert_true(call_compose(fixture->style, fixture->channel, &fixture->request, &again, &error));
	g_assert_true(g_bytes_equal(composed.bytes, again.bytes));
	g_assert_true(call_read(composed.bytes, call, &error));
	composed_mail_clear(&composed);
	composed_mail_clear(&again);
}

static char *body_of(const Fixture *fixture)
{
	g_auto(Call) call = {0};
	make(fixture, &call);
	return g_strndup(g_bytes_get_data(call.body, NULL), g_bytes_get_size(call.body));
}

static void test_json(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_auto(Call) call = {0};
	g_ptr_array_add(fixture->channel->headers, g_strdup("X-Key: {secret}; {{single.supplier}}"));
	make(fixture, &call);
	g_assert_cmpstr(call.url, ==, "https://sms.example/{secret}?n=A%20%22q%22%20%5C%20%7Bsecret%7D%20%7B%7Bname%7D%7D%20%3C%21here%3E%20%26%20%F0%9F%92%B6%20x");
	g_assert_cmpstr(call.method, ==, "POST");
	g_assert_cmpstr(call.headers->pdata[0], ==, "Content-Type: application/json");
	g_assert_cmpstr(call.headers->pdata[1], ==, "X-Key: {secret}; A \"q\" \\ %7Bsecret%7D %7B%7Bname%7D%7D <!here> & %F0%9F%92%B6 x");
	g_autoptr(Json) body = js_parse(g_bytes_get_data(call.body, NULL), g_bytes_get_size(call.body), NULL);
	g_assert_cmpstr(js_object_get_string(body, "message"), ==, "m1");
	g_assert_cmpstr(js_object_get_string(body, "address"), ==, "");
	g_assert_cmpstr(js_object_get_string(body, "line"), ==,
	                "Please decide soon: your approval is needed for 1 invoice – " CLEAN " 118, €1,234.50 – Decide by: Thursday 24 December, 17:30");
	g_assert_cmpstr(js_object_get_string(body, "link"), ==, "https://akkoord.example.nl/a/ap7x");
	g_assert_true(g_str_has_suffix(js_object_get_string(body, "text"), " https://akkoord.example.nl/a/ap7x"));
	const Json *invoice = js_array_get(js_object_get(body, "invoices"), 0);
	g_assert_cmpstr(js_object_get_string(invoice, "supplier"), ==, CLEAN);
	g_assert_cmpstr(js_object_get_string(invoice, "amount"), ==, "1234.50 EUR");
	g_assert_cmpstr(js_object_get_string(invoice, "deadline"), ==, "2026-12-24T16:30:00Z");
}

static void test_templates(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *template, *type, *body;
	} cases[] = {
		{"{\"s\":\"{{{single.supplier}}}\"}", NULL, "{\"s\":\"A \\\"q\\\" \\\\ {secret} {{name}} <!here> & \xf0\x9f\x92\xb6 x\"}"},
		{"a={{single.supplier}}&b={{&single.number}}", "application/x-www-form-urlencoded",
	         "a=A%20%22q%22%20%5C%20%7Bsecret%7D%20%7B%7Bname%7D%7D%20%3C%21here%3E%20%26%20%F0%9F%92%B6%20x&b=118"},
		{"<s>{{{single.supplier}}}</s>", "text/xml; charset=utf-8", "<s>A &quot;q&quot; \\ {secret} {{name}} &lt;!here&gt; &amp; \xf0\x9f\x92\xb6 x</s>"},
		{"{{single.supplier}}", "text/plain", CLEAN},
		{"{\"a\":[{{#decide}}\"{{number}}\"{{^last}},{{/last}}{{/decide}}],\"t\":\"{{tone}} {{role}} {{channel}} {{uid}}\"}", "application/json", "{\"a\":[\"118\"],\"t\":\"firm to sms ana\"}"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		use_template(fixture->channel, cases[i].template, cases[i].type);
		g_autofree char *body = body_of(fixture);
		g_assert_cmpstr(body, ==, cases[i].body);
	}
	fixture->request.n_items = 2;
	use_template(fixture->channel, cases[4].template, NULL);
	g_autofree char *several = body_of(fixture);
	g_assert_cmpstr(several, ==, "{\"a\":[\"118\",\"119\"],\"t\":\"firm to sms ana\"}");
}

static void test_form(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_free(fixture->channel->body);
	fixture->channel->body = g_strdup(CHANNEL_BODY_FORM);
	fixture->channel->to = ADDRESS_MOBILE;
	g_autofree char *body = body_of(fixture);
	g_assert_true(g_str_has_prefix(body, "message=m1&channel=sms&address=%2B34%20600&tone=firm&role=to&uid=ana&name=Ana%20Ruiz&line=Please%20decide"));
}

static void test_addresses(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		ChannelAddress to;
		const char *address; /* NULL: they have none */
	} cases[] = {{ADDRESS_NONE, ""}, {ADDRESS_MOBILE, "+34 600"}, {ADDRESS_UID, "ana"}, {ADDRESS_MAIL, NULL}};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		ComposedMail composed = {0};
		g_autoptr(GError) error = NULL;
		fixture->channel->to = cases[i].to;
		g_assert_cmpstr(call_address(fixture->channel, &fixture->person), ==, cases[i].address);
		g_assert_cmpint(call_compose(fixture->style, fixture->channel, &fixture->request, &composed, &error), ==, cases[i].address != NULL);
		g_assert_true(cases[i].address != NULL || g_error_matches(error, AKKOORD_ERROR, ERROR_PERMANENT));
		composed_mail_clear(&composed);
	}
}

static void test_check(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *template, *type, *wrong; /* NULL: nothing is */
	} cases[] = {
		{"{\"a\":\"{{line}}\"}", NULL, NULL},
		{"{\"a\":[{{#decide}}\"{{number}}\"{{^last}},{{/last}}{{/decide}}]}", NULL, NULL},
		{"{{line}}", "text/plain", NULL},
		{"{\"a\":[{{#decide}}\"{{number}}\",{{/decide}}]}", NULL, "no JSON"},
		{"{\"a\":{{line}}}", NULL, "no JSON"},
		{"{\"a\":\"{{lime}}\"}", NULL, "nothing is called lime"},
		{"{\"a\":\"{{secret}}\"}", NULL, "nothing is called secret"},
		{"{\"a\":\"{{#decide}}{{suplier}}{{/decide}}\"}", NULL, "nothing is called suplier"},
		{"{\"a\":\"{{> line}}\"}", NULL, "nothing is called line"},
		{"{\"a\":\"{{#line}}\"}", NULL, "not closed"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		use_template(fixture->channel, cases[i].template, cases[i].type);
		g_assert_cmpint(call_check(fixture->channel, &error), ==, cases[i].wrong == NULL);
		g_assert_true(cases[i].wrong == NULL || strstr(error->message, cases[i].wrong) != NULL);
	}
	g_autoptr(GError) error = NULL;
	g_ptr_array_add(fixture->channel->headers, g_strdup("X: {{nobody_knows}}"));
	use_template(fixture->channel, "{}", NULL);
	g_assert_false(call_check(fixture->channel, &error));
}

static void test_unreadable(void)
{
	static const char *const texts[] = {"", "{", "{}", "{\"url\":\"https://a/\",\"method\":\"POST\"}"};
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(Call) call = {0};
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = g_bytes_new_static(texts[i], strlen(texts[i]));
		g_assert_false(call_read(bytes, &call, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_BROKEN);
	}
}

static void test_hosts(void)
{
	static const struct {
		const char *host, *url;
		gboolean allowed;
	} cases[] = {
		{"a.example", "https://a.example/x", TRUE}, {"a.example", "https://A.Example", TRUE}, {"a.example", "https://a.example?x", TRUE},
		{"a.example", "https://a.example:8443/", FALSE}, {"a.example:8443", "https://a.example:8443/", TRUE}, {"a.example", "https://a.example.evil/", FALSE},
		{"a.example", "https://b@a.example/", FALSE}, {"a.example", "https://evil/a.example", FALSE}, {"a.example", "a.example", FALSE},
		{"a.example", "https://evil#@a.example/", FALSE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(channel_access_allows(&(ChannelAccess){.host = (char *)cases[i].host}, cases[i].url), ==, cases[i].allowed);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/call/json", Fixture, NULL, set_up, test_json, tear_down);
	g_test_add("/call/templates", Fixture, NULL, set_up, test_templates, tear_down);
	g_test_add("/call/form", Fixture, NULL, set_up, test_form, tear_down);
	g_test_add("/call/addresses", Fixture, NULL, set_up, test_addresses, tear_down);
	g_test_add("/call/check", Fixture, NULL, set_up, test_check, tear_down);
	g_test_add_func("/call/unreadable", test_unreadable);
	g_test_add_func("/call/hosts", test_hosts);
	return g_test_run();
}
