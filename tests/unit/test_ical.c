/* Meeting requests: byte for byte what PRACTICE asks for, and that nothing said by a supplier, a directory or a policy can add a
 * line. */
#include "ics/ical.h"

#include <libical/ical.h>
#include <string.h>

#include "base/error.h"

#define STARTS G_GINT64_CONSTANT(1798473600) /* 2026-12-28T16:00:00Z */

static const IcsEvent request = {
	.method = ICS_REQUEST,
	.uid = "k3v9@akkoord.example.nl",
	.sequence = 0,
	.stamp = 1798000000,
	.starts = STARTS,
	.ends = STARTS + 1800,
	.organizer_name = "Akkoord",
	.organizer_address = "akkoord@example.nl",
	.attendee_name = "Jo Doe",
	.attendee_address = "jo@example.nl",
	.summary = "Approve invoice 4711, Supplier; due 31 Dec",
	.description = "First line\nSecond line",
	.url = "https://akkoord.example.nl/a/k3v9",
};

static const char request_text[] = "BEGIN:VCALENDAR\r\n"
				   "PRODID:-//Akkoord//Akkoord " PACKAGE_VERSION "//EN\r\n"
				   "VERSION:2.0\r\n"
				   "CALSCALE:GREGORIAN\r\n"
				   "METHOD:REQUEST\r\n"
				   "BEGIN:VEVENT\r\n"
				   "UID:k3v9@akkoord.example.nl\r\n"
				   "SEQUENCE:0\r\n"
				   "DTSTAMP:20261223T042640Z\r\n"
				   "DTSTART:20261228T160000Z\r\n"
				   "DTEND:20261228T163000Z\r\n"
				   "ORGANIZER;CN=Akkoord:mailto:akkoord@example.nl\r\n"
				   "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;\r\n"
				   " RSVP=FALSE;CN=Jo Doe:mailto:jo@example.nl\r\n"
				   "SUMMARY:Approve invoice 4711\\, Supplier\\; due 31 Dec\r\n"
				   "DESCRIPTION:First line\\nSecond line\r\n"
				   "URL:https://akkoord.example.nl/a/k3v9\r\n"
				   "STATUS:CONFIRMED\r\n"
				   "TRANSP:TRANSPARENT\r\n"
				   "X-MICROSOFT-CDO-BUSYSTATUS:FREE\r\n"
				   "X-MICROSOFT-CDO-INTENDEDSTATUS:FREE\r\n"
				   "X-MICROSOFT-DISALLOW-COUNTER:TRUE\r\n"
				   "END:VEVENT\r\n"
				   "END:VCALENDAR\r\n";

static void test_request(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = ics_event_format(&request, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(text, ==, request_text);
	g_autofree char *again = ics_event_format(&request, NULL);
	g_assert_cmpstr(again, ==, text);
}

static void test_cancel(void)
{
	IcsEvent event = request;
	event.method = ICS_CANCEL;
	event.sequence = 3;
	g_autofree char *text = ics_event_format(&event, NULL);
	GString *wanted = g_string_new(request_text);
	g_string_replace(wanted, "METHOD:REQUEST", "METHOD:CANCEL", 1);
	g_string_replace(wanted, "SEQUENCE:0", "SEQUENCE:3", 1);
	g_string_replace(wanted, "STATUS:CONFIRMED", "STATUS:CANCELLED", 1);
	g_assert_cmpstr(text, ==, wanted->str);
	g_string_free(wanted, TRUE);
}

static void test_left_out(void)
{
	IcsEvent event = request;
	event.description = NULL;
	event.url = NULL;
	event.organizer_name = NULL;
	event.attendee_name = "\"^\"";
	g_autofree char *text = ics_event_format(&event, NULL);
	g_assert_null(strstr(text, "DESCRIPTION"));
	g_assert_null(strstr(text, "URL"));
	g_assert_null(strstr(text, "CN="));
	g_assert_nonnull(strstr(text, "\r\nORGANIZER:mailto:akkoord@example.nl\r\n"));
}

/* Every line at most 75 octets, and no character cut in two. */
static void test_folding(void)
{
	IcsEvent event = request;
	g_autofree char *description = g_strnfill(3000, 'x');
	GString *summary = g_string_new(NULL);
	for (int i = 0; i < 200; i++)
		g_string_append(summary, i % 3 == 0 ? "€" : i % 3 == 1 ? "é" : "😀");
	event.summary = summary->str;
	event.description = description;
	g_autofree char *text = ics_event_format(&event, NULL);
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
	for (gsize i = 0; lines[i] != NULL; i++) {
		g_assert_cmpuint(strlen(lines[i]), <=, 75);
		g_assert_true(g_utf8_validate(lines[i], -1, NULL));
		g_assert_null(strpbrk(lines[i], "\r\n"));
	}
	GString *unfolded = g_string_new(text);
	g_string_replace(unfolded, "\r\n ", "", 0);
	g_assert_nonnull(strstr(unfolded->str, summary->str));
	g_assert_nonnull(strstr(unfolded->str, description));
	g_string_free(unfolded, TRUE);
	g_string_free(summary, TRUE);
}

static void test_names(void)
{
	static const struct {
		const char *name, *parameter;
	} names[] = {
		{"Jo Doe", "CN=Jo Doe:"},
		{"Doe, Jo; dr.", "CN=\"Doe, Jo; dr.\":"},
		{"Jo: Doe", "CN=\"Jo: Doe\":"},
		{"Jo \"the ^ Boss\" Doe", "CN=Jo the Boss Doe:"},
		{"Jo\r\nX-EVIL:1", "CN=\"Jo X-EVIL:1\":"},
		{"Jörg Ж", "CN=Jörg Ж:"},
		{"a\\b", "CN=a\\b:"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		IcsEvent event = request;
		event.attendee_name = names[i].name;
		g_autofree char *text = ics_event_format(&event, NULL);
		g_autofree char *found = NULL;
		GString *unfolded = g_string_new(text);
		g_string_replace(unfolded, "\r\n ", "", 0);
		found = g_strdup(strstr(unfolded->str, "RSVP=FALSE;") + strlen("RSVP=FALSE;"));
		g_string_free(unfolded, TRUE);
		g_assert_true(g_str_has_prefix(found, names[i].parameter));
	}
}

static void test_addresses(void)
{
	static const struct {
		const char *address, *mailto;
	} addresses[] = {
		{"jo+invoices@example.nl", ":mailto:jo+invoices@example.nl\r\n"},
		{"o'neil@example.nl", ":mailto:o'neil@example.nl\r\n"},
		{"a%b@example.nl", ":mailto:a%25b@example.nl\r\n"},
		{"who?cc=x@example.nl", ":mailto:who%3Fcc%3Dx@example.nl\r\n"},
		{"Jo.Doe@EXAMPLE.nl", ":mailto:Jo.Doe@EXAMPLE.nl\r\n"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
		IcsEvent event = request;
		event.attendee_address = addresses[i].address;
		g_autofree char *text = ics_event_format(&event, NULL);
		g_assert_nonnull(text);
		GString *unfolded = g_string_new(text);
		g_string_replace(unfolded, "\r\n ", "", 0);
		g_assert_nonnull(strstr(unfolded->str, addresses[i].mailto));
		g_string_free(unfolded, TRUE);
	}
}

static void refuse(const IcsEvent *event, const char *what)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = ics_event_format(event, &error);
	g_assert_null(text);
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
	g_assert_nonnull(strstr(error->message, what));
}

static void test_hostile_texts(void)
{
	static const char *const texts[] = {"a\r\nX-EVIL:1", "a\nX-EVIL:1", "a\rb", "a\x01", "a\x1b[31m",
	                                    "a\x7f",         "a\xc2\x85",   "\xff", "a\tb",  ""};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		IcsEvent event = request;
		event.summary = texts[i];
		refuse(&event, "SUMMARY");
		event = request;
		event.uid = texts[i];
		refuse(&event, "UID");
		event = request;
		event.attendee_address = texts[i];
		refuse(&event, "ATTENDEE");
		event = request;
		event.organizer_address = texts[i];
		refuse(&event, "ORGANIZER");
		event = request;
		event.url = texts[i];
		refuse(&event, "URL");
	}
}

static void test_hostile_descriptions(void)
{
	static const char *const texts[] = {"a\r\nb", "a\x01", "a\x7f", "\xc3", "a\xc2\x9b"};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		IcsEvent event = request;
		event.description = texts[i];
		refuse(&event, "DESCRIPTION");
	}
	IcsEvent event = request;
	event.description = "a\nEND:VEVENT\nb";
	g_autofree char *text = ics_event_format(&event, NULL);
	g_assert_nonnull(strstr(text, "\r\nDESCRIPTION:a\\nEND:VEVENT\\nb\r\n"));
}

static void test_hostile_addresses(void)
{
	static const char *const addresses[] = {"jo",
	                                        "jo@",
	                                        "@example.nl",
	                                        "jo@example.nl\r\nX-INJ:1",
	                                        "jo@example.nl,x@example.nl",
	                                        "<jo@example.nl>",
	                                        "jo doe@example.nl",
	                                        "\"jo\"@example.nl",
	                                        "mailto:jo@example.nl@x"};
	for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
		IcsEvent event = request;
		event.attendee_address = addresses[i];
		refuse(&event, "ATTENDEE");
	}
	IcsEvent event = request;
	event.attendee_address = NULL;
	refuse(&event, "ATTENDEE");
	event.attendee_address = "AKKOORD@example.nl";
	refuse(&event, "ORGANIZER");
}

static void test_hostile_urls(void)
{
	static const char *const urls[] = {"javascript:alert(1)",    "ftp://example.nl/",    "/a/1",
	                                   "https://example.nl/a b", "https://example.nl/é", "https://x/\r\nX-INJ:1",
	                                   "http://x/<y>",           "file:///etc/passwd"};
	for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
		IcsEvent event = request;
		event.url = urls[i];
		refuse(&event, "URL");
	}
}

static void test_times(void)
{
	static const gint64 far[] = {INSTANT_NONE, -1, G_MAXINT64, G_GINT64_CONSTANT(253402300800)};
	for (gsize i = 0; i < G_N_ELEMENTS(far); i++) {
		IcsEvent event = request;
		event.stamp = far[i];
		refuse(&event, "times");
		event = request;
		event.ends = far[i];
		refuse(&event, "times");
	}
	IcsEvent event = request;
	event.ends = event.starts;
	refuse(&event, "times");
	event = request;
	event.sequence = -1;
	refuse(&event, "SEQUENCE");
	event.sequence = G_GINT64_CONSTANT(1) << 31;
	refuse(&event, "SEQUENCE");
	event = request;
	event.starts = G_GINT64_CONSTANT(4102444800); /* beyond 2038 */
	event.ends = event.starts + 1800;
	g_autofree char *text = ics_event_format(&event, NULL);
	g_assert_nonnull(strstr(text, "\r\nDTSTART:21000101T000000Z\r\nDTEND:21000101T003000Z\r\n"));
}

/* libical's tables of RFC 5546, over every shape that an event can have. */
static void test_restrictions(void)
{
	for (guint shape = 0; shape < 8; shape++) {
		IcsEvent event = request;
		event.method = shape & 1 ? ICS_CANCEL : ICS_REQUEST;
		event.description = shape & 2 ? NULL : request.description;
		event.url = shape & 4 ? NULL : request.url;
		g_autofree char *text = ics_event_format(&event, NULL);
		icalcomponent *calendar = icalparser_parse_string(text);
		g_assert_nonnull(calendar);
		g_assert_cmpint(icalrestriction_check(calendar), ==, 1);
		g_assert_cmpint(icalcomponent_count_errors(calendar), ==, 0);
		icalcomponent_free(calendar);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ical/request", test_request);
	g_test_add_func("/ical/cancel", test_cancel);
	g_test_add_func("/ical/restrictions", test_restrictions);
	g_test_add_func("/ical/left-out", test_left_out);
	g_test_add_func("/ical/folding", test_folding);
	g_test_add_func("/ical/names", test_names);
	g_test_add_func("/ical/addresses", test_addresses);
	g_test_add_func("/ical/hostile-texts", test_hostile_texts);
	g_test_add_func("/ical/hostile-descriptions", test_hostile_descriptions);
	g_test_add_func("/ical/hostile-addresses", test_hostile_addresses);
	g_test_add_func("/ical/hostile-urls", test_hostile_urls);
	g_test_add_func("/ical/times", test_times);
	return g_test_run();
}
