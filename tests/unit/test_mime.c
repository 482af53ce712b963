/* Messages out: structure, encodings, and that no value whatever breaks the headers. */
#include "base/error.h"
#include "codec/mime.h"
#include <string.h>

static const MimePart text_part = {.type = "text", .subtype = "plain", .utf8 = TRUE, .content = "één\n.\nFrom me\nblank at end \n"};
static const MimePart html_part = {.type = "text", .subtype = "html", .utf8 = TRUE, .content = "<p>één</p>\n"};
static const MimePart event_part = {
	.type = "text", .subtype = "calendar", .utf8 = TRUE, .method = "REQUEST", .encoding = MIME_BASE64, .content = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
};
static const MimePart file_part = {
	.type = "application", .subtype = "ics", .attachment = "invite.ics", .encoding = MIME_BASE64, .content = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
};
static const MimePart alternative = {
	.type = "multipart", .subtype = "alternative", .boundary = "=_inner", .children = (const MimePart *const[]){&text_part, &html_part, &event_part, NULL},
};
static const MimePart mixed = {
	.type = "multipart", .subtype = "mixed", .boundary = "=_outer", .children = (const MimePart *const[]){&alternative, &file_part, NULL},
};

static char *formatted(const char *subject, const char *name, const MimePart *body)
{
	const MimeHeader headers[] = {
		{MIME_HEADER_MAILBOX, "From", "Akkoord", "akkoord@example.nl"},
		{MIME_HEADER_MAILBOX, "To", name, "jo@example.nl"},
		{MIME_HEADER_TEXT, "Subject", subject, NULL},
		{MIME_HEADER_TOKENS, "Date", "Tue, 29 Dec 2026 09:00:00 +0100", NULL},
		{MIME_HEADER_TOKENS, "Message-ID", "<m1@example.nl>", NULL},
		{MIME_HEADER_TOKENS, "References", "<m0@example.nl>", NULL},
		{MIME_HEADER_TOKENS, "Auto-Submitted", "auto-generated", NULL},
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = mime_format(headers, G_N_ELEMENTS(headers), body, &error);
	if (bytes == NULL) {
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		return NULL;
	}
	gsize length;
	const char *data = g_bytes_get_data(bytes, &length);
	return g_strndup(data, length);
}

/* The unfolded value of a header; NULL where there is none. Fails where there are two. */
static char *header(const char *message, const char *name)
{
	g_autofree char *start = g_strdup_printf("\r\n%s: ", name);
	g_autofree char *all = g_strdup_printf("\r\n%.*s", (int)(strstr(message, "\r\n\r\n") + 2 - message), message);
	const char *at = strstr(all, start);
	if (at == NULL)
		return NULL;
	g_assert_null(strstr(at + 2, start));
	GString *value = g_string_new(NULL);
	for (at += strlen(start); !(at[0] == '\r' && at[2] != ' ' && at[2] != '\t'); at++)
		if (*at != '\r' && *at != '\n')
			g_string_append_c(value, *at);
	return g_string_free(value, FALSE);
}

static void assert_lines(const char *message)
{
	g_auto(GStrv) lines = g_strsplit(message, "\r\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_assert_null(strpbrk(*line, "\r\n"));
		g_assert_cmpuint(strlen(*line), <=, 998);
		for (const char *word = strstr(*line, "=?"); word != NULL; word = strstr(word + 2, " =?"))
			g_assert_cmpuint(strcspn(word + 2, " ") + 2, <=, 75 + (word[0] == ' '));
	}
}

static void test_structure(void)
{
	g_autofree char *message = formatted("Hello", "Jo Doe", &mixed);
	g_assert_nonnull(strstr(message, "Content-Type: multipart/mixed; boundary=\"=_outer\""));
	g_assert_nonnull(strstr(message, "\r\n--=_outer\r\nContent-Type: multipart/alternative; boundary=\"=_inner\""));
	g_assert_nonnull(strstr(message, "\r\n--=_inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"));
	g_assert_nonnull(strstr(message, "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
	g_assert_nonnull(strstr(message, "Content-Type: application/ics; name=invite.ics\r\n"));
	g_assert_nonnull(strstr(message, "Content-Disposition: attachment; filename=invite.ics\r\n"));
	g_assert_nonnull(strstr(message, "=C3=A9=C3=A9n\r\n"));
	g_assert_nonnull(strstr(message, "\r\nblank at end=20\r\n"));
	g_assert_nonnull(strstr(message, "QkVHSU46VkNBTEVOREFSDQpFTkQ6VkNBTEVOREFSDQo=\r\n")); /* CRLF inside */
	g_assert_true(g_str_has_suffix(message, "--=_outer--\r\n"));
	g_assert_nonnull(strstr(message, "MIME-Version: 1.0\r\n"));
	assert_lines(message);
	const char *from = strstr(message, "From:"), *to = strstr(message, "To:"), *subject = strstr(message, "Subject:");
	g_assert_true(from == message && from < to && to < subject);
}

/* Bytes as they are, whatever they are, and a name that no header is broken by. */
static void test_bytes(void)
{
	guchar data[1000];
	for (gsize i = 0; i < sizeof data; i++)
		data[i] = (guchar)(i * 7);
	g_autoptr(GBytes) bytes = g_bytes_new_static(data, sizeof data), base64 = mime_base64(bytes), none = g_bytes_new_static("", 0);
	const MimePart file = {.type = "application", .subtype = "pdf", .attachment = "Café \"A\" 118.pdf", .bytes = bytes};
	const MimePart nothing = {.type = "application", .subtype = "pdf", .attachment = "nothing.pdf", .bytes = none};
	const MimePart all = {.type = "multipart", .subtype = "mixed", .boundary = "=_b", .children = (const MimePart *const[]){&text_part, &file, &nothing, NULL}};
	g_autofree char *message = formatted("S", "Jo", &all);
	assert_lines(message);
	gsize length;
	const char *text = g_bytes_get_data(base64, &length);
	g_autofree char *needle = g_strndup(text, length);
	const char *at = strstr(message, needle);
	g_assert_nonnull(at); /* as mime_base64() writes it, so that it can be taken out and put back */
	g_assert_true(g_str_has_prefix(at - 4, "\r\n\r\n"));
	gsize decoded_length;
	g_autofree guchar *decoded = g_base64_decode(needle, &decoded_length);
	g_assert_true(decoded_length == sizeof data && !memcmp(decoded, data, sizeof data));
	g_assert_nonnull(strstr(message, "Content-Type: application/pdf"));
	g_assert_nonnull(strstr(message, "filename*=iso-8859-1''Caf%E9%20%22A%22%20118.pdf"));
}

/* What needs nothing is written as it is, and reads like what GMime makes of the rest. */
static void test_header_lines(void)
{
	static const struct {
		const char *name, *to;
	} mailboxes[] = {
		{NULL, "\r\nTo: jo@example.nl\r\n"},
		{"Jo Doe", "\r\nTo: Jo Doe <jo@example.nl>\r\n"},
		{"J. Doe", "\r\nTo: \"J. Doe\" <jo@example.nl>\r\n"},
		{"Doe, Jo", "\r\nTo: \"Doe, Jo\" <jo@example.nl>\r\n"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(mailboxes); i++) {
		g_autofree char *message = formatted("Hello", mailboxes[i].name, &text_part);
		g_assert_nonnull(strstr(message, mailboxes[i].to));
	}
	static const char *const subjects[][2] = {
		{"3 invoices, by Monday (firm)", "\r\nSubject: 3 invoices, by Monday (firm)\r\n"},
		{"One invoice of Jansen waits for your approval and another one of Pietersen too",
	         "\r\nSubject: One invoice of Jansen waits for your approval and another one of\r\n Pietersen too\r\n"},
		{"a \"b\" <c>", "\r\nSubject: a \"b\" <c>\r\n"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
		g_autofree char *message = formatted(subjects[i][0], "Jo", &text_part);
		g_assert_nonnull(strstr(message, subjects[i][1]));
	}
}

static void test_line_ends(void)
{
	static const char *const cases[][2] = {
		{"one\ntwo", "\r\n\r\none\r\ntwo\r\n"}, {"one\r\ntwo\r\n", "\r\n\r\none\r\ntwo\r\n"}, {"one\rtwo\n", "\r\n\r\none=0Dtwo\r\n"}, {"", "\r\n\r\n"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const MimePart part = {.type = "text", .subtype = "plain", .utf8 = TRUE, .content = cases[i][0]};
		g_autofree char *message = formatted("S", "Jo", &part);
		assert_lines(message);
		g_assert_true(g_str_has_suffix(message, cases[i][1]));
	}
}

static void test_same_bytes(void)
{
	g_autofree char *first = formatted("Één €", "Åse Ñandú", &mixed);
	for (int i = 0; i < 20; i++) {
		g_autofree char *again = formatted("Één €", "Åse Ñandú", &mixed);
		g_assert_cmpstr(again, ==, first);
	}
}

static void test_utf8_always(void)
{
	g_autofree char *message = formatted("Akkoord nodig: Café Zürich, € 5", "José Müller", &text_part);
	g_autofree char *subject = header(message, "Subject"), *to = header(message, "To");
	g_assert_nonnull(strstr(subject, "=?UTF-8?"));
	g_assert_nonnull(strstr(to, "=?utf-8?"));
	g_assert_null(strstr(message, "iso-8859"));
	g_assert_null(strstr(message, "ISO-8859"));
}

static void test_hostile_values(void)
{
	static const char *const refused[] = {"a\r\nBcc: victim@example.org", "a\nb", "a\rb", "a\x01z", "a\x7fz", "bad \xff utf-8", "tab\there"};
	for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
		g_autofree char *subject = formatted(refused[i], "Jo", &text_part);
		g_assert_null(subject);
		g_autofree char *name = formatted("Hello", refused[i], &text_part);
		g_assert_null(name);
	}
	static const char *const kept[] = {
		"\"quoted\" <x@y>, (comment); \\ back", "=?utf-8?q?not_a_word?=", "emoji 🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾🧾 end", "x@y.example", ":;,", " ",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
		g_autofree char *message = formatted(kept[i], kept[i], &text_part);
		g_assert_nonnull(message);
		assert_lines(message);
		g_autofree char *to = header(message, "To"), *bcc = header(message, "Bcc");
		g_assert_true(g_str_has_suffix(to, "jo@example.nl>") || g_str_equal(to, "jo@example.nl"));
		g_assert_null(bcc);
	}
}

static void test_long_values(void)
{
	static const char *const units[] = {"é", "🧾", "wörd ", "word ", "例", "x"};
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		GString *value = g_string_new(NULL);
		while (value->len < 10240)
			g_string_append(value, units[i]);
		g_autofree char *message = formatted(value->str, value->str, &text_part);
		g_assert_nonnull(message);
		assert_lines(message);
		g_string_free(value, TRUE);
	}
}

/* A message id is never an encoded word, however long; one too long for a line is refused. */
static void test_tokens(void)
{
	for (gsize length = 61; length < 2000; length += 601) {
		g_autofree char *id = g_strnfill(length, 'i');
		const MimeHeader header = {MIME_HEADER_TOKENS, "Message-ID", id, NULL};
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = mime_format(&header, 1, &text_part, &error);
		if (length > 900)
			g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		else
			g_assert_nonnull(g_strstr_len(g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), id));
	}
	const MimeHeader beyond = {MIME_HEADER_TOKENS, "References", "<é@example.nl>", NULL};
	g_autoptr(GError) error = NULL;
	g_assert_null(mime_format(&beyond, 1, &text_part, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
}

static void test_dates(void)
{
	static const struct {
		gint64 instant;
		int offset_s;
		const char *text;
	} cases[] = {
		{0, 0, "Thu, 1 Jan 1970 00:00:00 +0000"},
		{1798531200, 3600, "Tue, 29 Dec 2026 09:00:00 +0100"},
		{1798531200, -12600, "Tue, 29 Dec 2026 04:30:00 -0330"},
		{1798754399, 3600, "Thu, 31 Dec 2026 22:59:59 +0100"},
		{1798759800, 7200, "Fri, 1 Jan 2027 01:30:00 +0200"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = mime_date(cases[i].instant, cases[i].offset_s);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mime/structure", test_structure);
	g_test_add_func("/mime/bytes", test_bytes);
	g_test_add_func("/mime/header-lines", test_header_lines);
	g_test_add_func("/mime/line-ends", test_line_ends);
	g_test_add_func("/mime/same_bytes", test_same_bytes);
	g_test_add_func("/mime/utf8_always", test_utf8_always);
	g_test_add_func("/mime/hostile_values", test_hostile_values);
	g_test_add_func("/mime/long_values", test_long_values);
	g_test_add_func("/mime/tokens", test_tokens);
	g_test_add_func("/mime/dates", test_dates);
	return g_test_run();
}
