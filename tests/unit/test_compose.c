/* Messages: their structure, that the same request gives the same bytes, subjects and threads, and that no value breaks out of its place. */
#include "base/error.h"
#include "codec/json.h"
#include "mail/compose.h"
#include "mail/language.h"
#include "mail/logo.h"
#include <glib/gstdio.h>
#include <string.h>

#define NOW 1798099200 /* Thursday 2026-12-24 09:00 in Amsterdam */
#define HOUR 3600
#define DAY 86400

typedef struct {
	Settings settings;
	MailStyle *style;
	Calendar *calendar;
	Person person;
	MailItem item;
	MailRequest request;
} Fixture;

static void load_style(Fixture *fixture)
{
	const char *source = g_getenv("AKKOORD_SRCDIR");
	g_autofree char *root = g_build_filename(source != NULL ? source : ".", "etc", "templates", NULL);
	g_autoptr(GError) error = NULL;
	g_clear_pointer(&fixture->style, mail_style_free);
	fixture->style = mail_style_new(&fixture->settings, root, &error);
	g_assert_no_error(error);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->settings = (Settings){
		.organisation = (char *)"Voorbeeld BV",
		.language = (char *)"nl",
		.colour = (char *)"#0b5c8a",
		.mail_from_name = (char *)"Akkoord",
		.mail_from_address = (char *)"akkoord@example.nl",
		.public_url = (char *)"https://akkoord.example.nl",
	};
	load_style(fixture);
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	fixture->calendar = calendar_new("nl", zone);
	fixture->person = (Person){.name = (char *)"Ana Ruiz", .mail = (char *)"ana@example.es", .language = (char *)"en"};
	fixture->item = (MailItem){
		.invoice = "k3f9w2",
		.approval = "ap7x",
		.supplier = "Bakkerij Jansen & Zn.",
		.number = "2026-118",
		.amount = {123450, "EUR"},
		.due = date_from_ymd(2026, 12, 31),
		.deadline = NOW + 4 * DAY + 8 * HOUR + HOUR / 2,
		.opened = NOW - 2 * DAY,
		.next_at = INSTANT_NONE,
		.why = "budget holder",
	};
	fixture->request = (MailRequest){
		.recipient = &fixture->person,
		.calendar = fixture->calendar,
		.tone = TONE_NEW,
		.now = NOW,
		.items = &fixture->item,
		.n_items = 1,
		.message_id = "<m1@example.nl>",
	};
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	mail_style_free(fixture->style);
	calendar_unref(fixture->calendar);
}

static char *bytes_text(const ComposedMail *mail)
{
	return g_strndup(g_bytes_get_data(mail->bytes, NULL), g_bytes_get_size(mail->bytes));
}

static char *composed(const Fixture *fixture, ComposedMail *mail)
{
	g_autoptr(GError) error = NULL;
	mail_compose_reminder(fixture->style, &fixture->request, mail, &error);
	g_assert_no_error(error);
	return bytes_text(mail);
}

/* The content of the first part of that type, decoded (both are quoted-printable). */
static char *part(const char *message, const char *type)
{
	g_autofree char *start = g_strdup_printf("Content-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", type);
	const char *from = strstr(message, start);
	g_assert_nonnull(from);
	from += strlen(start);
	const char *end = strstr(from, "\r\n--=_");
	g_assert_nonnull(end);
	GString *out = g_string_new(NULL);
	for (const char *p = from; p < end; p++) {
		if (*p == '=' && p[1] == '\r') {
			p += 2;
		} else if (*p == '=') {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2])));
			p += 2;
		} else if (*p != '\r') {
			g_string_append_c(out, *p);
		}
	}
	return g_string_free(out, FALSE);
}

static void assert_has(const char *text, const char *wanted)
{
	if (strstr(text, wanted) == NULL)
		g_test_message("wanted: %s\nin: %s", wanted, text);
	g_assert_nonnull(strstr(text, wanted));
}

static void assert_wire(const char *message)
{
	g_auto(GStrv) lines = g_strsplit(message, "\r\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_assert_cmpuint(strlen(*line), <=, 998);
		g_assert_null(strpbrk(*line, "\r\n"));
		g_assert_true(g_str_is_ascii(*line));
	}
}

static void test_reminder(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const char *const headers[] = {
		"From: Akkoord <akkoord@example.nl>\r\n", "To: Ana Ruiz <ana@example.es>\r\n",
		"Subject: Approval needed: Bakkerij Jansen & Zn., invoice 2026-118\r\n", "Date: Thu, 24 Dec 2026 09:00:00 +0100\r\n",
		"Message-ID: <m1@example.nl>\r\n", "Auto-Submitted: auto-generated\r\n", "X-Auto-Response-Suppress: OOF, AutoReply\r\n",
		"X-Akkoord-Loop: akkoord@example.nl\r\n", "MIME-Version: 1.0\r\n", "Content-Type: multipart/alternative;",
	};
	static const char *const facts[] = {
		"Your approval is needed for 1 invoice\n", "Hello Ana Ruiz,\n", "Please decide by Monday 28 December, 17:30.\n",
		"Bakkerij Jansen & Zn., invoice 2026-118\n", "Amount: €1,234.50\n", "Due date: Thursday 31 December\n",
		"Decide by: Monday 28 December, 17:30\n", "Waiting: 2 days\n", "Reference: k3f9w2\n", "\n  https://akkoord.example.nl/a/ap7x\n",
		"(step: budget holder)", "Europe/Amsterdam", "A reply to this message is not read.",
	};
	ComposedMail mail = {0};
	g_autofree char *message = composed(fixture, &mail);
	for (gsize i = 0; i < G_N_ELEMENTS(headers); i++)
		assert_has(message, headers[i]);
	g_autofree char *text = part(message, "text/plain");
	for (gsize i = 0; i < G_N_ELEMENTS(facts); i++)
		assert_has(text, facts[i]);
	g_assert_true(g_str_has_prefix(text, "Your approval is needed for 1 invoice\n"));
	g_autofree char *html = part(message, "text/html");
	assert_has(html, "<html lang=\"en\"");
	assert_has(html, "Bakkerij Jansen &amp; Zn.");
	assert_has(html, "href=\"https://akkoord.example.nl/a/ap7x\"");
	g_assert_null(strstr(html, "<img"));
	g_assert_true(strstr(message, "text/plain") < strstr(message, "text/html")); /* the richer part last (RFC 2046, 5.1.4) */
	g_assert_null(strstr(message, "In-Reply-To"));
	g_assert_null(strstr(message, "References"));
	g_assert_cmpstr(mail.to, ==, "ana@example.es");
	assert_wire(message);
	composed_mail_clear(&mail);
}

static void test_same_bytes(Fixture *fixture, gconstpointer data)
{
	(void)data;
	ComposedMail first = {0};
	g_autofree char *message = composed(fixture, &first);
	for (int i = 0; i < 10; i++) {
		load_style(fixture);
		ComposedMail again = {0};
		g_autofree char *text = composed(fixture, &again);
		g_assert_cmpstr(text, ==, message);
		composed_mail_clear(&again);
	}
	composed_mail_clear(&first);
}

static void test_thread(Fixture *fixture, gconstpointer data)
{
	(void)data;
	ComposedMail first = {0};
	g_assert_true(mail_compose_reminder(fixture->style, &fixture->request, &first, NULL));
	fixture->request.message_id = "<m2@example.nl>";
	fixture->request.thread_id = "<m1@example.nl>";
	for (Tone tone = TONE_FRIENDLY; tone <= TONE_FINAL; tone++) {
		fixture->request.tone = tone;
		fixture->request.now += DAY;
		ComposedMail later = {0};
		g_autofree char *message = composed(fixture, &later);
		g_autofree char *wanted = g_strconcat("Re: ", first.subject, NULL);
		g_assert_cmpstr(later.subject, ==, wanted);
		assert_has(message, "In-Reply-To: <m1@example.nl>\r\n");
		assert_has(message, "References: <m1@example.nl>\r\n");
		assert_has(message, "Message-ID: <m2@example.nl>\r\n");
		composed_mail_clear(&later);
	}
	composed_mail_clear(&first);
}

static void test_several(Fixture *fixture, gconstpointer data)
{
	(void)data;
	MailItem items[] = {fixture->item, fixture->item, fixture->item};
	items[0].deadline = NOW - HOUR; /* passed */
	items[1].number = "second";
	items[2].credit_note = TRUE;
	items[2].due = DATE_NONE;
	items[2].amount = (Money){0};
	fixture->request.items = items;
	fixture->request.n_items = G_N_ELEMENTS(items);
	ComposedMail mail = {0};
	g_autofree char *message = composed(fixture, &mail);
	g_autofree char *text = part(message, "text/plain");
	g_assert_cmpstr(mail.subject, ==, "Approval needed: 3 invoices, Thursday 24 December");
	assert_has(text, "Your approval is needed for 3 invoices\n");
	assert_has(text, "The next deadline is Monday 28 December, 17:30.");
	assert_has(text, "Decide by: Thursday 24 December, 08:00 (passed)");
	assert_has(text, "credit note 2026-118\n  Decide by");
	g_assert_true(strstr(text, "invoice 2026-118") < strstr(text, "invoice second"));
	composed_mail_clear(&mail);

	for (gsize i = 0; i < G_N_ELEMENTS(items); i++) {
		items[i].deadline = NOW - 1;
		items[i].credit_note = TRUE;
	}
	g_autofree char *late = composed(fixture, &mail);
	g_autofree char *late_text = part(late, "text/plain");
	assert_has(late_text, "Your approval is needed for 3 credit notes\n");
	assert_has(late_text, "The deadline has passed.");
	composed_mail_clear(&mail);
}

/* --- several at once --- */

static guint count_of(const char *text, const char *wanted)
{
	guint n = 0;
	for (const char *at = strstr(text, wanted); at != NULL; at = strstr(at + 1, wanted))
		n++;
	return n;
}

/* A real table, whatever many there are; beyond what mail programs show whole, their number and where they stand. */
static void test_table(Fixture *fixture, gconstpointer data)
{
	(void)data;
	MailItem items[60];
	g_autofree char *long_name = g_strnfill(200, 'W');
	for (gsize i = 0; i < G_N_ELEMENTS(items); i++) {
		items[i] = fixture->item;
		items[i].supplier = long_name;
		items[i].next_name = i % 2 == 0 ? "Jan de Vries" : "Inés Gil";
		items[i].next_at = NOW + 5 * DAY;
	}
	fixture->request.items = items;
	fixture->request.n_items = G_N_ELEMENTS(items);
	ComposedMail mail = {0};
	g_free(composed(fixture, &mail));
	g_assert_cmpuint(strlen(mail.html), <, 102000);
	g_assert_cmpuint(count_of(mail.html, "<th scope=\"row\""), ==, 40);
	g_assert_cmpuint(count_of(mail.html, "<th scope=\"col\""), ==, 4);
	g_assert_cmpuint(count_of(mail.text, "/a/ap7x\n"), ==, 40);
	assert_has(mail.text, "Your approval is needed for 60 invoices\n");
	assert_has(mail.text, "and 20 more\n");
	assert_has(mail.text, "Open your list of approvals\nhttps://akkoord.example.nl/a/\n");
	assert_has(mail.html, "href=\"https://akkoord.example.nl/a/\"");
	composed_mail_clear(&mail);

	fixture->settings.public_url = NULL; /* there is no other place to find them */
	load_style(fixture);
	g_free(composed(fixture, &mail));
	g_assert_cmpuint(count_of(mail.html, "<th scope=\"row\""), ==, 60);
	g_assert_null(strstr(mail.text, "and 20 more"));
	composed_mail_clear(&mail);

	fixture->request.n_items = 1;
	g_free(composed(fixture, &mail));
	g_assert_null(strstr(mail.html, "<th "));
	composed_mail_clear(&mail);
}

/* What happens next with all alike is said once; of each its own where it differs; and what goes to both on one day is one thing. */
static void test_common_next(Fixture *fixture, gconstpointer data)
{
	(void)data;
	MailItem items[] = {fixture->item, fixture->item};
	for (gsize i = 0; i < G_N_ELEMENTS(items); i++) {
		items[i].next_name = "Jan de Vries";
		items[i].next_at = NOW + 5 * DAY;
		items[i].again_at = NOW + 4 * DAY;
	}
	fixture->request.items = items;
	fixture->request.n_items = G_N_ELEMENTS(items);
	ComposedMail mail = {0};
	g_free(composed(fixture, &mail));
	assert_has(mail.text, "You are reminded again on Monday 28 December. On Tuesday 29 December these also go to Jan de Vries.\n");
	g_assert_cmpuint(count_of(mail.text, "Jan de Vries"), ==, 1);
	g_assert_cmpuint(count_of(mail.html, "Jan de Vries"), ==, 1);
	composed_mail_clear(&mail);

	items[1].again_at = items[1].next_at;
	g_free(composed(fixture, &mail));
	g_assert_null(strstr(mail.text, "these also go"));
	assert_has(mail.text, "  You are reminded again on Monday 28 December. On Tuesday 29 December this also goes to Jan de Vries.\n");
	assert_has(mail.text, "\n  On Tuesday 29 December this also goes to Jan de Vries.\n");
	composed_mail_clear(&mail);

	for (gsize i = 0; i < G_N_ELEMENTS(items); i++) { /* what was to come came */
		items[i].next_at = NOW;
		items[i].again_at = NOW - 1;
	}
	g_free(composed(fixture, &mail));
	g_assert_null(strstr(mail.text, "again"));
	g_assert_null(strstr(mail.text, "Jan de Vries"));
	composed_mail_clear(&mail);
}

static void test_coming(Fixture *fixture, gconstpointer data)
{
	(void)data;
	MailItem coming[] = {fixture->item, fixture->item};
	coming[0].approval = "ap8";
	coming[0].supplier = "Papeterie <b>Dupont";
	coming[1].approval = "ap9";
	coming[1].number = "2026-119";
	fixture->request.coming = coming;
	fixture->request.n_coming = G_N_ELEMENTS(coming);
	fixture->request.more_coming = 3;
	ComposedMail mail = {0};
	g_free(composed(fixture, &mail));
	assert_has(mail.text, "Coming up for you in the next 7 days\n");
	assert_has(mail.text, "invoice 2026-119\n  Amount: €1,234.50\n  Decide by: Monday 28 December, 17:30\n  https://akkoord.example.nl/a/ap9\n");
	assert_has(mail.text, "and 3 more\n  https://akkoord.example.nl/a/\n");
	assert_has(mail.html, "Papeterie &lt;b&gt;Dupont");
	assert_has(mail.html, "href=\"https://akkoord.example.nl/a/ap8\"");
	assert_has(mail.text, "Your approval is needed for 1 invoice\n"); /* it is not asked */
	composed_mail_clear(&mail);
	fixture->request.n_coming = 0;
	g_free(composed(fixture, &mail));
	g_assert_null(strstr(mail.text, "Coming up"));
	composed_mail_clear(&mail);
}

/* --- the house's picture --- */

#define PNG "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x58\0\0\0\x60\x08\x06" /* 600 by 96 */
#define SVG(inside) "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 40'>" inside "</svg>"

static void use_logo(Fixture *fixture, const char *path, const char *bytes, gsize length)
{
	g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
	fixture->settings.logo = (char *)path;
	load_style(fixture);
}

/* It stands beside the page that shows it, with its size and, for who does not see it, the name. */
static void test_logo(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *folder = g_dir_make_tmp("akkoord-logo-XXXXXX", NULL), *path = g_build_filename(folder, "logo.png", NULL);
	use_logo(fixture, path, PNG, sizeof PNG - 1);
	ComposedMail mail = {0}, again = {0};
	g_autofree char *message = composed(fixture, &mail), *second = composed(fixture, &again);
	const char *id = strstr(message, "Content-Id: <");
	g_assert_nonnull(id);
	g_autofree char *cid = g_strndup(id + 13, strcspn(id + 13, ">"));
	g_autofree char *source = g_strdup_printf("<img src=\"cid:%s\" width=\"220\" height=\"35\" alt=\"Voorbeeld BV\"", cid);
	static const char *const wanted[] = {"Content-Type: multipart/related;", "type=\"text/html\"", "Content-Type: image/png\r\n", "Content-Disposition: inline\r\n"};
	assert_has(mail.html, source);
	for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++)
		assert_has(message, wanted[i]);
	g_assert_true(strstr(message, "text/plain") < strstr(message, "multipart/related"));
	g_assert_cmpstr(second, ==, message);
	assert_wire(message);
	composed_mail_clear(&mail);
	composed_mail_clear(&again);
	remove(path);
	g_rmdir(folder);
}

/* Drawn for the mails: a picture of another sort, which nobody can put a script or another's file into. */
static void test_drawn_logo(Fixture *fixture, gconstpointer data)
{
	static const char svg[] = SVG("<script>alert(1)</script><image href='/etc/passwd' width='10' height='10'/><rect width='100' height='40' fill='#0b5c8a'/>");
	(void)data;
	g_autofree char *folder = g_dir_make_tmp("akkoord-logo-XXXXXX", NULL), *path = g_build_filename(folder, "logo.svg", NULL);
	ComposedMail mail = {0};
	if (!g_file_test(RSVG_CONVERT, G_FILE_TEST_IS_EXECUTABLE)) {
		g_test_skip("no rsvg-convert (Debian: librsvg2-bin)");
		return;
	}
	use_logo(fixture, path, svg, sizeof svg - 1);
	g_autofree char *message = composed(fixture, &mail);
	assert_has(mail.html, "width=\"120\" height=\"48\" alt=\"Voorbeeld BV\"");
	assert_has(message, "Content-Type: image/png\r\n");
	g_assert_null(strstr(message, "svg"));
	composed_mail_clear(&mail);
	remove(path);
	g_rmdir(folder);
}

/* What no mail can show is no reason to send none. */
static void test_no_logo(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *folder = g_dir_make_tmp("akkoord-logo-XXXXXX", NULL), *path = g_build_filename(folder, "logo.png", NULL);
	const IcsEvent event = {.method = ICS_REQUEST, .uid = "u1@example.nl", .stamp = NOW, .starts = NOW + DAY, .ends = NOW + DAY + HOUR};
	ComposedMail mail = {0};
	use_logo(fixture, path, PNG, sizeof PNG - 1);
	g_assert_true(mail_compose_invite(fixture->style, &fixture->request, &event, &mail, NULL));
	g_autofree char *invite = bytes_text(&mail);
	g_assert_null(strstr(invite, "image/png"));
	g_assert_null(strstr(mail.html, "<img"));
	composed_mail_clear(&mail);

	static const char *const unfit[] = {SVG("<g>"), "GIF89a", ""};
	for (gsize i = 0; i < G_N_ELEMENTS(unfit); i++) {
		use_logo(fixture, path, unfit[i], strlen(unfit[i]));
		g_autofree char *plain = composed(fixture, &mail);
		g_assert_null(strstr(plain, "multipart/related"));
		g_assert_null(strstr(mail.html, "<img"));
		assert_has(mail.html, ">Voorbeeld BV</td>");
		composed_mail_clear(&mail);
		g_autoptr(GError) error = NULL;
		g_assert_null(logo_load(path, "example.nl", &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_CONFIG);
		assert_has(error->message, "logo.png");
	}
	remove(path);
	g_rmdir(folder);
}

static void test_informing(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->item.informing = TRUE;
	fixture->item.approver = "Jo Doe";
	fixture->request.tone = TONE_FINAL;
	ComposedMail mail = {0};
	g_autofree char *message = composed(fixture, &mail);
	g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
	g_assert_cmpstr(mail.subject, ==, "For information: Bakkerij Jansen & Zn., invoice 2026-118");
	assert_has(text, "For your information: 1 invoice awaiting approval\n");
	assert_has(text, "Waits for: Jo Doe\n");
	assert_has(text, "You need not decide anything here");
	static const char *const absent[] = {"/a/ap7x", "How to decide", "Urgent", "Please decide", "and decide"};
	for (gsize i = 0; i < G_N_ELEMENTS(absent); i++) {
		g_assert_null(strstr(text, absent[i]));
		g_assert_null(strstr(html, absent[i]));
	}
	composed_mail_clear(&mail);

	MailItem items[] = {fixture->item, fixture->item};
	items[0].informing = FALSE;
	fixture->request.items = items;
	fixture->request.n_items = G_N_ELEMENTS(items);
	fixture->request.tone = TONE_FIRM;
	g_autofree char *mixed = composed(fixture, &mail);
	g_autofree char *mixed_text = part(mixed, "text/plain");
	assert_has(mixed_text, "Please decide soon: your approval is needed for 1 invoice\n");
	assert_has(mixed_text, "For your information: 1 invoice awaiting others.");
	g_assert_true(strstr(mixed_text, "/a/ap7x") < strstr(mixed_text, "awaiting others"));
	g_assert_true(strstr(mixed_text, "awaiting others") < strstr(mixed_text, "Waits for: Jo Doe"));
	composed_mail_clear(&mail);
}

static void test_next_and_others(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	for (int i = 0; i < 15; i++)
		g_ptr_array_add(others, (char *)"Inés Gil");
	fixture->item.others = others;
	fixture->item.next_name = "Jan de Vries";
	fixture->item.next_at = NOW + 5 * DAY;
	ComposedMail mail = {0};
	g_autofree char *message = composed(fixture, &mail);
	g_autofree char *text = part(message, "text/plain");
	assert_has(text, "On Tuesday 29 December this also goes to Jan de Vries.");
	assert_has(text, "Inés Gil and 3 others\n");
	composed_mail_clear(&mail);

	fixture->item.next_at = INSTANT_NONE; /* no instant, no promise */
	fixture->item.others = NULL;
	g_autofree char *without = composed(fixture, &mail);
	g_autofree char *without_text = part(without, "text/plain");
	g_assert_null(strstr(without_text, "Jan de Vries"));
	g_assert_null(strstr(without_text, "Also asked"));
	composed_mail_clear(&mail);
}

/* Who may decide too: said to whom the approval was opened for, to who was added, and to nobody who is only told; in every language. */
static void test_beside(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *language, *first, *added, *deputy;
	} cases[] = {
		{"en", "Also able to decide: Jan de Vries and Inés Gil.", "This was first asked of Jan de Vries; you have been added", "asked of Jan de Vries, who is away; you stand in"},
		{"nl", "Mag ook beslissen: Jan de Vries en Inés Gil.", "Dit is eerst aan Jan de Vries gevraagd; u komt erbij", "aan Jan de Vries gevraagd, die afwezig is"},
		{"de", "Kann ebenfalls entscheiden: Jan de Vries und Inés Gil.", "Zuerst wurde Jan de Vries gefragt; Sie kommen hinzu", "Gefragt wurde Jan de Vries, zurzeit abwesend"},
		{"fr", "Peut aussi décider", "La demande a d’abord été faite à Jan de Vries", "La demande a été faite à Jan de Vries, en ce moment en congé"},
		{"es", "También puede decidir: Jan de Vries e Inés Gil.", "Primero se pidió a Jan de Vries; ahora", "Se pidió a Jan de Vries, que está ausente"},
	};
	(void)data;
	g_autoptr(GPtrArray) deciders = g_ptr_array_new();
	g_ptr_array_add(deciders, (char *)"Jan de Vries");
	g_ptr_array_add(deciders, (char *)"Inés Gil");
	fixture->item.deciders = deciders;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		for (int informing = 0; informing <= 1; informing++)
			for (int added = 0; added <= 2; added++) {
				ComposedMail mail = {0};
				fixture->person.language = (char *)cases[i].language;
				fixture->item.added = added != 0;
				fixture->item.deputy = added == 2;
				fixture->item.informing = informing;
				fixture->item.approver = "Jan de Vries";
				g_autofree char *message = composed(fixture, &mail);
				g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
				g_assert_true((strstr(text, cases[i].first) != NULL) == (!informing && !added));
				g_assert_true((strstr(text, cases[i].added) != NULL) == (!informing && added == 1));
				g_assert_true((strstr(html, cases[i].added) != NULL) == (!informing && added == 1));
				g_assert_true((strstr(text, cases[i].deputy) != NULL) == (!informing && added == 2));
				composed_mail_clear(&mail);
			}
}

static void test_without_links(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->settings.public_url = NULL;
	load_style(fixture);
	ComposedMail mail = {0};
	g_autofree char *message = composed(fixture, &mail);
	g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
	g_assert_null(strstr(text, "http"));
	g_assert_null(strstr(html, "href"));
	assert_has(text, "finance department of Voorbeeld BV");
	assert_has(text, "Reference: k3f9w2");
	composed_mail_clear(&mail);
}

/* Every tone in every language, alone and with others: nothing missing, nothing of another language's words. */
static void test_all_tones_and_languages(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const char *const says_when[] = {"Monday 28 December", "maandag 28 december", "lunes 28 de diciembre", "Montag, 28. Dezember", "lundi 28 décembre"};
	static const char *const says_amount[] = {"€1,234.50", "€\xc2\xa0" "1.234,50", "1234,50\xc2\xa0€", "1.234,50\xc2\xa0€", "1\xe2\x80\xaf" "234,50\xc2\xa0€"};
	const char *const *codes = language_codes();
	MailItem items[] = {fixture->item, fixture->item};
	fixture->request.items = items;
	for (guint i = 0; codes[i] != NULL; i++)
		for (Tone tone = TONE_NEW; tone <= TONE_FINAL; tone++)
			for (gsize n = 1; n <= G_N_ELEMENTS(items); n++) {
				fixture->person.language = (char *)codes[i];
				fixture->request.tone = tone;
				fixture->request.n_items = n;
				ComposedMail mail = {0};
				g_autofree char *message = composed(fixture, &mail);
				g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
				g_autofree char *lang = g_strdup_printf("<html lang=\"%s\"", codes[i]);
				assert_has(html, lang);
				g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
				g_assert_nonnull(strchr(lines[0], n == 1 ? '1' : '2')); /* whose turn, and how many */
				for (guint j = 0; j < 2; j++) {
					const char *rendered = j == 0 ? text : html;
					assert_has(rendered, says_when[i]);
					assert_has(rendered, says_amount[i]);
					g_assert_null(strstr(rendered, "{{"));
					g_assert_null(strstr(rendered, "(null)"));
					g_assert_null(strstr(rendered, "  ,"));
				}
				g_assert_null(strstr(text, "\n\n\n"));
				assert_wire(message);
				composed_mail_clear(&mail);
			}
}

static void test_language_choice(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *person, *organisation, *lang;
	} cases[] = {{"fr", "nl", "fr"}, {"de-CH", "nl", "de"}, {"pt", "nl", "nl"}, {NULL, "es", "es"}, {NULL, NULL, "en"}, {"zz", "zz", "en"}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		fixture->person.language = (char *)cases[i].person;
		fixture->settings.language = (char *)cases[i].organisation;
		load_style(fixture);
		ComposedMail mail = {0};
		g_autofree char *message = composed(fixture, &mail), *html = part(message, "text/html");
		g_autofree char *wanted = g_strdup_printf("<html lang=\"%s\"", cases[i].lang);
		assert_has(html, wanted);
		composed_mail_clear(&mail);
	}
}

/* Whatever a supplier calls itself, the message has the same headers and parts, and the name stands on one line of text. */
static void test_hostile(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *huge = g_strnfill(10240, 'x');
	GString *emoji = g_string_new(NULL);
	while (emoji->len < 10240)
		g_string_append(emoji, "🧾");
	const char *const values[] = {
		"x\r\nBcc: victim@example.org", "x\r\n\r\n<h1>injected</h1>", "x\nX-Injected: 1", "\r\n.\r\nMAIL FROM:<a@b>", "a\x01\x02\x1f\x7fz",
		"\xe2\x80\xae" "gpj.exe", "bad \xff\xfe utf-8", "--=_", "{{organisation}}{{> close}}", "<script>alert(1)</script>\"'&", "=?utf-8?B?QQ==?=",
		huge, emoji->str, "", " ", "\xc2\x85\xe2\x80\xa8line separators", "a\tb", "$(reboot)`reboot`", "%s%n",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
		fixture->item.supplier = fixture->item.number = fixture->item.why = fixture->item.next_name = values[i];
		fixture->item.next_at = NOW + DAY;
		fixture->person.name = (char *)values[i];
		ComposedMail mail = {0};
		g_autofree char *message = composed(fixture, &mail);
		g_autofree char *headers = g_strndup(message, (gsize)(strstr(message, "\r\n\r\n") - message));
		g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
		assert_wire(message);
		g_assert_null(strstr(headers, "\r\nBcc"));
		g_assert_null(strstr(headers, "\r\nX-Injected"));
		g_assert_null(strstr(html, "<script"));
		g_assert_null(strstr(html, "<h1>injected"));
		g_assert_null(strstr(text, "\xe2\x80\xae"));
		g_assert_null(strstr(text, "\nX-Injected"));
		g_assert_true(g_utf8_validate(text, -1, NULL));
		g_assert_null(strpbrk(mail.subject, "\r\n\t"));
		g_assert_cmpint(g_utf8_strlen(mail.subject, -1), <=, 200);
		g_assert_cmpuint(strlen(message), <, 40000);
		g_assert_true(g_str_has_suffix(message, "--\r\n"));
		composed_mail_clear(&mail);
	}
	g_string_free(emoji, TRUE);
}

static void test_recipients(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		const char *mail, *to; /* to NULL: refused */
	} cases[] = {
		{"ana@bücher.example", "ana@xn--bcher-kva.example"}, {NULL, NULL}, {"", NULL}, {"josé@example.es", NULL},
		{"a@example.es\r\nBcc: b@example.es", NULL}, {"a@example.es, b@example.es", NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		fixture->person.mail = (char *)cases[i].mail;
		ComposedMail mail = {0};
		g_autoptr(GError) error = NULL;
		g_assert_cmpint(mail_compose_reminder(fixture->style, &fixture->request, &mail, &error), ==, cases[i].to != NULL);
		g_assert_cmpstr(mail.to, ==, cases[i].to);
		if (cases[i].to == NULL)
			g_assert_error(error, AKKOORD_ERROR, ERROR_PERMANENT);
		composed_mail_clear(&mail);
	}
}

static IcsEvent event_of(IcsMethod method)
{
	return (IcsEvent){
		.method = method,
		.uid = "u1@example.nl",
		.sequence = method == ICS_CANCEL ? 1 : 0,
		.stamp = NOW,
		.starts = NOW + 4 * DAY + 8 * HOUR,
		.ends = NOW + 4 * DAY + 8 * HOUR + HOUR / 2,
	};
}

/* The unfolded text of the part that was sent as base64 under that type. */
static char *event_text(const char *message, const char *type)
{
	const char *from = strstr(message, type);
	g_assert_nonnull(from);
	from = strstr(from, "\r\n\r\n") + 4;
	g_autofree char *base64 = g_strndup(from, (gsize)(strstr(from, "\r\n--=_") - from));
	gsize length;
	g_autofree guchar *decoded = g_base64_decode(base64, &length);
	g_autofree char *folded = g_strndup((char *)decoded, length);
	g_auto(GStrv) pieces = g_strsplit(folded, "\r\n ", -1);
	return g_strjoinv("", pieces);
}

static void test_invite(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		IcsMethod method;
		const char *name, *subject, *status;
	} cases[] = {
		{ICS_REQUEST, "REQUEST", "Approve invoice 2026-118, Bakkerij Jansen & Zn., due 31 December", "STATUS:CONFIRMED"},
		{ICS_CANCEL, "CANCEL", "Cancelled: Approve invoice 2026-118, Bakkerij Jansen & Zn., due 31 December", "STATUS:CANCELLED"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const IcsEvent event = event_of(cases[i].method);
		ComposedMail mail = {0}, again = {0};
		g_autoptr(GError) error = NULL;
		g_assert_true(mail_compose_invite(fixture->style, &fixture->request, &event, &mail, &error));
		g_assert_true(mail_compose_invite(fixture->style, &fixture->request, &event, &again, &error));
		g_assert_true(g_bytes_equal(mail.bytes, again.bytes));
		g_autofree char *message = bytes_text(&mail);
		g_autofree char *type = g_strdup_printf("Content-Type: text/calendar; charset=utf-8; method=%s\r\nContent-Transfer-Encoding: base64\r\n\r\n", cases[i].name);
		g_autofree char *shown = event_text(message, type), *attached = event_text(message, "Content-Type: application/ics; name=invite.ics");
		g_autofree char *method = g_strdup_printf("METHOD:%s\r\n", cases[i].name);
		g_assert_cmpstr(mail.subject, ==, cases[i].subject);
		g_assert_cmpstr(shown, ==, attached);
		assert_has(shown, method);
		assert_has(shown, cases[i].status);
		assert_has(shown, "mailto:akkoord@example.nl");
		assert_has(shown, "mailto:ana@example.es");
		assert_has(shown, "SUMMARY:Approve invoice 2026-118\\, Bakkerij Jansen & Zn.\\, due 31 December");
		assert_has(shown, "https://akkoord.example.nl/a/ap7x");
		g_assert_null(strstr(shown, "1,234")); /* calendars are shared: no amount */
		assert_has(message, "Content-Disposition: attachment; filename=invite.ics\r\n");
		g_assert_null(strstr(strstr(message, "text/calendar"), "Content-Disposition: inline"));
		assert_wire(message);
		composed_mail_clear(&mail);
		composed_mail_clear(&again);
	}
}

/* What is taken out of a calendar is done, or it is not: the mail says so. */
static void test_cancellation(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *language, *done, *remains;
	} cases[] = {
		{"en", "no longer waits for you", "What stood in it is not done"},       {"nl", "wacht niet meer op u", "nog niet gedaan"},
		{"de", "wartet nicht mehr auf Sie", "ist nicht erledigt"},               {"fr", "votre décision n’est plus attendue", "n’est pas réglé"},
		{"es", "ya no se espera su decisión", "no está resuelto"},
	};
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		for (int remains = 0; remains <= 1; remains++) {
			const IcsEvent event = event_of(ICS_CANCEL);
			ComposedMail mail = {0};
			fixture->person.language = (char *)cases[i].language;
			fixture->request.remains = remains;
			g_assert_true(mail_compose_invite(fixture->style, &fixture->request, &event, &mail, NULL));
			g_autofree char *message = bytes_text(&mail), *text = part(message, "text/plain");
			g_assert_true((strstr(text, cases[i].done) != NULL) == !remains);
			g_assert_true((strstr(text, cases[i].remains) != NULL) == remains);
			composed_mail_clear(&mail);
		}
}

static void test_invite_to_ourselves(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->person.mail = (char *)"Akkoord@example.nl";
	const IcsEvent event = event_of(ICS_REQUEST);
	ComposedMail mail = {0};
	g_autoptr(GError) error = NULL;
	g_assert_false(mail_compose_invite(fixture->style, &fixture->request, &event, &mail, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_PERMANENT);
}

static const MailTrouble stuck = {
	.kind = TROUBLE_NOBODY, .invoice = "k3f9w2", .supplier = "Bakkerij Jansen & Zn.", .number = "2026-118", .amount = {123450, "EUR"}, .stage = "budget holder",
};
static const MailTrouble refused = {
	.kind = TROUBLE_REFUSED, .invoice = "k3f9w2", .supplier = "Bakkerij Jansen & Zn.", .number = "2026-118", .others = 2,
	.name = "Jo Doe", .address = "jo@example.nl", .reply = "550 5.1.1 <jo@example.nl>: no such user",
};

static char *composed_notice(const Fixture *fixture, const MailTrouble *troubles, gsize n, guint more, ComposedMail *mail)
{
	const MailNotice notice = {
		.recipient = &fixture->person,
		.calendar = fixture->calendar,
		.now = NOW,
		.troubles = troubles,
		.n_troubles = n,
		.more = more,
		.message_id = "<n1@example.nl>",
	};
	g_autoptr(GError) error = NULL;
	mail_compose_notice(fixture->style, &notice, mail, &error);
	g_assert_no_error(error);
	return bytes_text(mail);
}

static void test_notice(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const char *const facts[] = {
		"Action needed: 2 problems with approvals\n", "Hello Ana Ruiz,\n", "Bakkerij Jansen & Zn., invoice 2026-118\n  Amount: €1,234.50\n",
		"\n  Nobody can be asked at the step “budget holder”", "Mail to Jo Doe <jo@example.nl>\n",
		"About: Bakkerij Jansen & Zn., invoice 2026-118 (+ 2 invoices)\n", "“550 5.1.1 <jo@example.nl>: no such user”",
		"  Details: akkoord explain k3f9w2\n", "you look after Akkoord at Voorbeeld BV",
	};
	static const char *const absent[] = {"How to decide", "approval rules", "/a/", "deadline", "more."};
	const MailTrouble both[] = {stuck, refused};
	ComposedMail mail = {0};
	g_autofree char *message = composed_notice(fixture, both, G_N_ELEMENTS(both), 0, &mail);
	g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
	g_assert_cmpstr(mail.subject, ==, "Action needed: 2 problems, Thursday 24 December");
	g_assert_cmpstr(mail.to, ==, "ana@example.es");
	for (gsize i = 0; i < G_N_ELEMENTS(facts); i++)
		assert_has(text, facts[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(absent); i++)
		g_assert_null(strstr(text, absent[i]));
	assert_has(html, "<html lang=\"en\"");
	assert_has(html, "“550 5.1.1 &lt;jo@example.nl&gt;: no such user”");
	assert_has(html, ">akkoord explain k3f9w2<");
	assert_has(message, "Auto-Submitted: auto-generated\r\n");
	assert_has(message, "Message-ID: <n1@example.nl>\r\n");
	g_assert_null(strstr(message, "In-Reply-To"));
	assert_wire(message);
	load_style(fixture);
	ComposedMail again = {0};
	g_autofree char *same = composed_notice(fixture, both, G_N_ELEMENTS(both), 0, &again);
	g_assert_cmpstr(same, ==, message);
	composed_mail_clear(&again);
	composed_mail_clear(&mail);
}

static void test_notice_of_one(Fixture *fixture, gconstpointer data)
{
	(void)data;
	MailTrouble bare = {.kind = TROUBLE_REFUSED, .name = "jo@example.nl", .address = "jo@example.nl"}, nameless = {.kind = TROUBLE_REFUSED};
	const struct {
		const MailTrouble *trouble;
		guint more;
		const char *subject, *text;
	} cases[] = {
		{&stuck, 0, "Action needed: Bakkerij Jansen & Zn., invoice 2026-118", "Action needed: 1 problem with approvals\n"},
		{&stuck, 11, "Action needed: 12 problems, Thursday 24 December", "\nAnd 11 problems more. “akkoord list --stuck”"},
		{&refused, 0, "Action needed: Mail to Jo Doe", "Mail to Jo Doe <jo@example.nl>\n"},
		{&bare, 0, "Action needed: Mail to jo@example.nl", "\n\nMail to jo@example.nl\n  The mail was refused or could not be delivered. As"},
		{&nameless, 0, "Action needed: Mail to ?", "Mail to ?\n"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		ComposedMail mail = {0};
		g_autofree char *message = composed_notice(fixture, cases[i].trouble, 1, cases[i].more, &mail), *text = part(message, "text/plain");
		g_assert_cmpstr(mail.subject, ==, cases[i].subject);
		assert_has(text, cases[i].text);
		g_assert_true((strstr(text, "akkoord explain") != NULL) == (cases[i].trouble->invoice != NULL)); /* nothing to explain */
		composed_mail_clear(&mail);
	}
}

/* Every kind says something of its own in every language, and what helps. */
static void test_notice_kinds(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (TroubleKind kind = TROUBLE_NOBODY; kind <= TROUBLE_CALENDAR; kind++) {
			MailTrouble trouble = refused;
			trouble.kind = kind;
			trouble.stage = "budget holder";
			trouble.count = 417;
			trouble.open = 1039;
			trouble.since = 1796000000;
			if (kind == TROUBLE_CALENDAR)
				trouble.name = "away.ics";
			fixture->person.language = (char *)*code;
			ComposedMail mail = {0};
			g_autofree char *message = composed_notice(fixture, &trouble, 1, 3, &mail);
			g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
			g_assert_null(strstr(text, "{{"));
			g_assert_null(strstr(html, "{{"));
			g_assert_null(strstr(text, "\n\n\n"));
			g_assert_true((strstr(text, "550 5.1.1") != NULL) == (kind == TROUBLE_REFUSED));
			gboolean outage = kind == TROUBLE_OUTAGE || kind == TROUBLE_CALENDAR;
			gboolean idle = kind == TROUBLE_NO_RUNG || kind == TROUBLE_OVERDUE || kind == TROUBLE_NO_DEPUTY;
			gboolean stuck_there = kind == TROUBLE_NOBODY || kind == TROUBLE_NOT_MINE || kind == TROUBLE_NO_HEIR || kind == TROUBLE_TOO_FEW || kind == TROUBLE_OTHER || kind == TROUBLE_GONE;
			g_assert_true((strstr(text, "Jo Doe") != NULL) == (kind == TROUBLE_REFUSED || kind == TROUBLE_GONE || idle));
			g_assert_true((strstr(text, "budget holder") != NULL) == (stuck_there || idle));
			g_assert_true((strstr(text, "akkoord delegate k3f9w2") != NULL) == (idle || kind == TROUBLE_NOT_MINE || kind == TROUBLE_NO_HEIR || kind == TROUBLE_GONE));
			g_assert_true((strstr(text, "hourly_budget") != NULL) == (kind == TROUBLE_BUDGET));
			g_assert_true((strstr(text, "akkoord people confirm") != NULL) == (kind == TROUBLE_CHANGE));
			g_assert_true((strstr(text, "akkoord check --online") != NULL) == outage && (strstr(text, "stale_ok") != NULL) == outage);
			g_assert_true((strstr(text, "away.ics") != NULL) == (kind == TROUBLE_CALENDAR));
			g_assert_true((strstr(text, "417") != NULL) == (kind == TROUBLE_CHANGE) && (strstr(text, "1039") != NULL) == (kind == TROUBLE_CHANGE));
			assert_wire(message);
			g_assert_true(g_hash_table_add(said, g_steal_pointer(&text)));
			composed_mail_clear(&mail);
		}
}

/* What a supplier, a directory or a foreign server says stays where it belongs. */
static void test_notice_hostile(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *huge = g_strnfill(10240, 'x');
	const char *const values[] = {
		"x\r\nBcc: victim@example.org", "x\n\nReference: k9\n  Details: akkoord reject k9", "<script>alert(1)</script>\"'&", "{{organisation}}{{> close}}",
		"\xe2\x80\xae" "gpj.exe", "bad \xff\xfe utf-8", "--=_", "\x1b[2J\a\b", huge, "",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
		for (TroubleKind kind = TROUBLE_NOBODY; kind <= TROUBLE_CALENDAR; kind++) {
			const char *value = values[i];
			const MailTrouble troubles[] = {{.kind = kind, .invoice = "k1", .supplier = value, .number = value, .stage = value, .name = value,
			                                 .address = value, .reply = value, .amount = {1, "EUR"}}};
			ComposedMail mail = {0};
			g_autofree char *message = composed_notice(fixture, troubles, 1, 0, &mail);
			g_autofree char *headers = g_strndup(message, (gsize)(strstr(message, "\r\n\r\n") - message));
			g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
			assert_wire(message);
			g_assert_null(strstr(headers, "\r\nBcc"));
			g_assert_null(strstr(html, "<script"));
			g_assert_null(strstr(text, "\n  Details: akkoord reject"));
			g_assert_null(strstr(text, "\xe2\x80\xae"));
			g_assert_null(strpbrk(text, "\x1b\a\b\r"));
			g_assert_true(g_utf8_validate(text, -1, NULL));
			g_assert_null(strpbrk(mail.subject, "\r\n\t"));
			g_assert_cmpuint(strlen(message), <, 40000);
			composed_mail_clear(&mail);
		}
}

/* To the supplier nothing goes but number, question and whom to answer; to the others what the question is about. */
static void test_question(Fixture *fixture, gconstpointer data)
{
	(void)data;
	Person asker = {.name = "Mark de Boer", .mail = "mark@example.nl"};
	const MailItem item = {.invoice = "k3f9w2", .supplier = "Bakkerij Jansen & Zn.", .number = "2026-118", .amount = {123450, "EUR"}, .due = DATE_NONE};
	g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (int outside = 0; outside < 2; outside++) {
			fixture->person.language = (char *)*code;
			const MailQuestion question = {
				.recipient = &fixture->person, .calendar = fixture->calendar, .now = NOW, .outside = outside, .item = &item,
				.question = "Which <order> was this?", .asker = &asker, .until = NOW + 86400, .message_id = "<q1@example.nl>",
			};
			ComposedMail mail = {0};
			g_autoptr(GError) error = NULL;
			mail_compose_question(fixture->style, &question, &mail, &error);
			g_assert_no_error(error);
			g_autofree char *message = bytes_text(&mail);
			g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
			assert_has(message, "\r\nReply-To: Mark de Boer <mark@example.nl>\r\n");
			assert_has(text, "Which <order> was this?");
			assert_has(html, "Which &lt;order&gt; was this?");
			assert_has(text, "Mark de Boer (mark@example.nl)");
			assert_has(mail.subject, "2026-118");
			g_assert_null(strstr(text, "{{"));
			g_assert_null(strstr(text, "\n\n\n"));
			g_assert_true((strstr(text, "akkoord release k3f9w2") != NULL) == !outside);
			g_assert_true((strstr(text, "234") != NULL) == !outside);
			g_assert_true((strstr(html, "k3f9w2") != NULL) == !outside);
			g_assert_true((strstr(mail.subject, "Voorbeeld BV") != NULL) == outside);
			assert_wire(message);
			g_assert_true(g_hash_table_add(said, g_steal_pointer(&text)));
			composed_mail_clear(&mail);
		}
}

/* News: nothing to decide, no link; in the thread where there is one, and named after who is asked now. */
static void test_moved(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->item.informing = TRUE;
	fixture->item.deadline = INSTANT_NONE;
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (int heir = 0; heir < 2; heir++) {
			g_autoptr(GError) error = NULL;
			ComposedMail mail = {0};
			fixture->person.language = (char *)*code;
			fixture->item.approver = heir ? "Julien\r\nBcc: x@example.org" : NULL;
			fixture->request.thread_id = heir ? "<m0@example.nl>" : NULL;
			g_assert_true(mail_compose_news(fixture->style, &fixture->request, "moved", &mail, &error));
			g_assert_no_error(error);
			g_autofree char *message = bytes_text(&mail);
			g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
			assert_has(text, "2026-118");
			g_assert_true((strstr(text, "Julien") != NULL) == heir && (strstr(html, "Julien") != NULL) == heir);
			g_assert_true((strstr(text, "Julien Bcc: x@example.org") != NULL) == heir); /* in one line */
			g_assert_null(strstr(text, "https://akkoord.example.nl/a/"));
			g_assert_null(strstr(text, "{{"));
			g_assert_null(strstr(html, "{{"));
			g_assert_true(g_str_has_prefix(mail.subject, "Re: ") == heir);
			g_assert_true((strstr(message, "In-Reply-To: <m0@example.nl>") != NULL) == heir);
			assert_wire(message);
			composed_mail_clear(&mail);
		}
}

/* What somebody finds on their return, in every language: what waits has a link and a deadline, what is over says how it ended. */
static void test_return(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (const char *const *code = language_codes(); *code != NULL; code++) {
		g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		for (MailOutcome outcome = OUTCOME_NONE; outcome <= OUTCOME_LAPSED; outcome++)
			for (guint n = 1; n <= 2; n++) {
				g_autoptr(GError) error = NULL;
				ComposedMail mail = {0};
				MailItem items[2] = {fixture->item, fixture->item};
				fixture->person.language = (char *)*code;
				items[0].outcome = outcome;
				items[0].outcome_by = outcome == OUTCOME_LAPSED ? NULL : "Priya\r\nBcc: x@example.org";
				items[0].outcome_at = fixture->request.now - 86400;
				items[0].informing = outcome != OUTCOME_NONE;
				items[0].deadline = outcome == OUTCOME_NONE ? fixture->item.deadline : INSTANT_NONE;
				items[0].stood_in = outcome == OUTCOME_NONE ? "Lucía <García>" : NULL;
				items[1].number = "2026-119";
				fixture->request.items = items;
				fixture->request.n_items = n;
				g_assert_true(mail_compose_return(fixture->style, &fixture->request, &mail, &error));
				g_assert_no_error(error);
				g_autofree char *message = bytes_text(&mail);
				g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
				assert_has(text, "2026-118");
				g_assert_true((strstr(text, "Priya Bcc: x@example.org") != NULL) == (outcome != OUTCOME_NONE && outcome != OUTCOME_LAPSED));
				g_assert_true((strstr(text, "Lucía <García>") != NULL) == (outcome == OUTCOME_NONE));
				g_assert_true((strstr(html, "Lucía &lt;García&gt;") != NULL) == (outcome == OUTCOME_NONE));
				g_assert_true((strstr(text, "https://akkoord.example.nl/a/") != NULL) == (outcome == OUTCOME_NONE || n == 2));
				g_assert_null(strstr(text, "{{"));
				g_assert_null(strstr(html, "{{"));
				g_assert_null(strstr(text, "\n\n\n"));
				g_assert_false(g_str_has_prefix(mail.subject, "Re: "));
				assert_wire(message);
				g_assert_true(g_hash_table_add(said, g_steal_pointer(&text)));
				composed_mail_clear(&mail);
			}
	}
}

/* Whoever is asked again reads why, and nobody else. */
static void test_returned(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->item.returned_by = "Sanne Jansen";
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (guint variant = 0; variant < 3; variant++) {
			ComposedMail mail = {0};
			fixture->person.language = (char *)*code;
			fixture->item.informing = variant == 2;
			fixture->item.approver = "Mark de Vos";
			fixture->item.returned_why = variant == 1 ? NULL : "the <wrong> cost centre";
			g_autofree char *message = composed(fixture, &mail);
			g_autofree char *text = part(message, "text/plain"), *html = part(message, "text/html");
			g_assert_true((strstr(text, "Sanne Jansen") != NULL) == (variant != 2));
			g_assert_true((strstr(text, "the <wrong> cost centre") != NULL) == (variant == 0));
			g_assert_true((strstr(html, "the &lt;wrong&gt; cost centre") != NULL) == (variant == 0));
			g_assert_null(strstr(text, "{{"));
			composed_mail_clear(&mail);
		}
}

static void test_message_ids(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autofree char *plain = mail_message_id(&fixture->settings, "m1");
	g_assert_cmpstr(plain, ==, "<m1@example.nl>");
	fixture->settings.mail_from_address = (char *)"akkoord@bücher.example";
	g_autofree char *idn = mail_message_id(&fixture->settings, "m1");
	g_assert_cmpstr(idn, ==, "<m1@xn--bcher-kva.example>");
}

static void add(const char *path, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/compose/reminder", test_reminder);
	add("/compose/same_bytes", test_same_bytes);
	add("/compose/thread", test_thread);
	add("/compose/several", test_several);
	add("/compose/table", test_table);
	add("/compose/common-next", test_common_next);
	add("/compose/coming", test_coming);
	add("/compose/logo", test_logo);
	add("/compose/drawn-logo", test_drawn_logo);
	add("/compose/no-logo", test_no_logo);
	add("/compose/informing", test_informing);
	add("/compose/next_and_others", test_next_and_others);
	add("/compose/beside", test_beside);
	add("/compose/cancellation", test_cancellation);
	add("/compose/without_links", test_without_links);
	add("/compose/all_tones_and_languages", test_all_tones_and_languages);
	add("/compose/language_choice", test_language_choice);
	add("/compose/hostile", test_hostile);
	add("/compose/recipients", test_recipients);
	add("/compose/invite", test_invite);
	add("/compose/invite_to_ourselves", test_invite_to_ourselves);
	add("/compose/notice", test_notice);
	add("/compose/notice_of_one", test_notice_of_one);
	add("/compose/notice_kinds", test_notice_kinds);
	add("/compose/notice_hostile", test_notice_hostile);
	add("/compose/question", test_question);
	add("/compose/moved", test_moved);
	add("/compose/return", test_return);
	add("/compose/returned", test_returned);
	add("/compose/message_ids", test_message_ids);
	return g_test_run();
}
