/* What the summary of the week says of an invoice, a figure and a person: every reason in words of every language, nothing that is not known, and no list without rows. */
#include "mail/compose.h"
#include "mail/language.h"

#include <string.h>

#define NOW G_GINT64_CONSTANT(1798099200) /* Thursday 2026-12-24 09:00 in Amsterdam */
#define DAY 86400

typedef struct {
	MailStyle *style;
	Calendar *calendar;
	Person reader;
	GPtrArray *whom;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	const char *source = g_getenv("AKKOORD_SRCDIR") ? g_getenv("AKKOORD_SRCDIR") : ".";
	g_autofree char *root = g_build_filename(source, "etc", "templates", NULL);
	const Settings settings = {.organisation = (char *)"Voorbeeld BV", .mail_from_name = (char *)"Akkoord", .mail_from_address = (char *)"akkoord@example.nl"};
	g_autoptr(GError) error = NULL;
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", &error);
	g_assert_no_error(error);
	fixture->style = mail_style_new(&settings, root, &error);
	g_assert_no_error(error);
	fixture->calendar = calendar_new("nl", zone);
	fixture->reader = (Person){.name = (char *)"Ana Ruiz", .mail = (char *)"ana@example.nl", .language = (char *)"en"};
	fixture->whom = g_ptr_array_new();
	g_ptr_array_add(fixture->whom, (char *)"Jan Jansen");
	g_ptr_array_add(fixture->whom, (char *)"Zo\xc3\xab\r\nBcc: evil@example.nl");
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	mail_style_free(fixture->style);
	calendar_unref(fixture->calendar);
	g_ptr_array_unref(fixture->whom);
}

/* The text part; the HTML part says nothing untold either. Owned by the caller. */
static char *text_of(const Fixture *fixture, MailSummary summary)
{
	ComposedMail mail = {0};
	g_autoptr(GError) error = NULL;
	summary.recipient = &fixture->reader;
	summary.calendar = fixture->calendar;
	summary.now = NOW;
	summary.message_id = "<m1@example.nl>";
	mail_compose_summary(fixture->style, &summary, &mail, &error);
	g_assert_no_error(error);
	g_assert_null(strstr(mail.html, "false"));
	g_assert_null(strstr(mail.text, "false"));
	g_assert_null(strstr(mail.subject, " ,"));
	char *text = g_steal_pointer(&mail.text);
	composed_mail_clear(&mail);
	return text;
}

static MailOpen open_for(OpenWhy why, TroubleKind trouble, const GPtrArray *whom)
{
	return (MailOpen){.invoice = "i1", .supplier = "Drukkerij Vos", .number = "A-1", .amount = {48000, "EUR"}, .received = NOW - DAY, .whom = whom, .why = why,
	                  .trouble = trouble, .until = NOW + 4 * DAY};
}

/* The line under the invoice's. */
static char *reason_of(const Fixture *fixture, const MailOpen *open)
{
	g_autofree char *text = text_of(fixture, (MailSummary){.all = {.open = 1}, .rest = {open, 1, 0}, .median_s = -1});
	const char *row = strstr(text, "A-1");
	g_assert_nonnull(row);
	const char *start = strchr(row, '\n') + 1;
	return g_strstrip(g_strndup(start, (gsize)(strchr(start, '\n') - start)));
}

static void test_reasons(Fixture *fixture, gconstpointer data)
{
	(void)data;
	static const struct {
		OpenWhy why;
		TroubleKind trouble;
		gboolean asked;
		const char *reason;
	} cases[] = {
		{OPEN_WAITS, TROUBLE_NOBODY, TRUE, "Waits for Jan Jansen and Zo\xc3\xab Bcc: evil@example.nl."},
		{OPEN_WAITS, TROUBLE_NOBODY, FALSE, "Waits for its approver."},
		{OPEN_LATE, TROUBLE_NOBODY, TRUE, "Waits for Jan Jansen and Zo\xc3\xab Bcc: evil@example.nl; the deadline was Monday 28 December, 09:00."},
		{OPEN_STUCK, TROUBLE_NOBODY, FALSE, "Nobody can be asked."},
		{OPEN_STUCK, TROUBLE_NOT_MINE, FALSE, "Who was asked says that it is not theirs, and nobody else can be asked."},
		{OPEN_STUCK, TROUBLE_NO_HEIR, TRUE, "It was to be handed on, and nobody is left who may take it."},
		{OPEN_STUCK, TROUBLE_GONE, FALSE, "Who was asked cannot be any more, and nobody is left who may take it over."},
		{OPEN_STUCK, TROUBLE_TOO_FEW, FALSE, "Too few people can be asked."},
		{OPEN_STUCK, TROUBLE_AMOUNT, FALSE, "Its amount cannot be compared with a limit."},
		{OPEN_STUCK, TROUBLE_RATE, FALSE, "The policy has no exchange rate for its currency."},
		{OPEN_STUCK, TROUBLE_OTHER, FALSE, "It does not go on; the command below says why."},
		{OPEN_HELD, TROUBLE_NOBODY, TRUE, "On hold until Monday 28 December, 09:00."},
		{OPEN_LATER, TROUBLE_NOBODY, FALSE, "Nobody is asked before Monday 28 December, 09:00."},
		{OPEN_BOOKED, TROUBLE_NOBODY, FALSE, "Waits until it is booked."},
		{OPEN_QUIET, TROUBLE_NOBODY, TRUE, "Reminders are switched off for its administration."},
		{OPEN_UNREACHED, TROUBLE_NOBODY, FALSE, "No mail has reached who is asked."},
		{OPEN_UNSENT, TROUBLE_NOBODY, FALSE, "Nothing has gone to who is asked yet."},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const MailOpen open = open_for(cases[i].why, cases[i].trouble, cases[i].asked ? fixture->whom : NULL);
		g_autofree char *reason = reason_of(fixture, &open);
		g_assert_cmpstr(reason, ==, cases[i].reason);
	}
}

static void test_every_language_has_every_reason(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (const char *const *code = language_codes(); *code; code++)
		for (int why = OPEN_WAITS; why <= OPEN_UNSENT; why++)
			for (int trouble = TROUBLE_NOBODY; trouble <= (why == OPEN_STUCK ? TROUBLE_OTHER : TROUBLE_NOBODY); trouble++) {
				fixture->reader.language = (char *)*code;
				const MailOpen open = open_for((OpenWhy)why, (TroubleKind)trouble, NULL);
				g_autofree char *reason = reason_of(fixture, &open);
				g_assert_cmpuint(strlen(reason), >, 10);
				g_assert_false(g_str_has_prefix(reason, "akkoord explain"));
			}
}

static void has(const char *text, const char *line)
{
	if (!strstr(text, line))
		g_error("“%s” is not in\n%s", line, text);
}

static void test_figures(Fixture *fixture, gconstpointer data)
{
	(void)data;
	const MailOpen open = open_for(OPEN_WAITS, TROUBLE_NOBODY, NULL);
	const MailTally by[] = {{"Ejemplo\nSL", 2, 1, 0, 0, 1}, {NULL, 1, 0, 1, 0, 1}};
	const MailLost lost[] = {{"In\xc3\xa9s", TRUE, 3}, {"Jan", FALSE, 1}};
	g_autofree char *text = text_of(fixture, (MailSummary){.all = {NULL, 3, 1, 1, 0, 2}, .by = by, .n_by = 2, .late = {&open, 1, 7}, .received = 5, .approved = 2,
	                                                       .median_s = 3601, .lost = lost, .n_lost = 2, .more_lost = 4});
	has(text, "Open: 3 (akkoord list)\n");
	has(text, "Late: 1 (akkoord list --late)\n");
	has(text, "On hold: 0\n");
	has(text, "Ejemplo SL: Open 2, Late 1, Stuck 0, On hold 0, Never reminded 1\n");
	has(text, "No administration: Open 1,");
	has(text, "(median): 2 hours\n");
	has(text, "\nLate\n\nDrukkerij Vos");
	has(text, "and 7 more\n");
	has(text, "mails are refused; asked for 3 invoices\n");
	has(text, "disabled; asked for 1 invoice\nand 4 more\n");
	g_assert_null(strstr(text, "\nStuck\n"));
	g_assert_null(strstr(text, "\nUnder way\n"));
}

/* As after a week in which nothing was decided, of an invoice whose amount is not known. */
static void test_nothing(Fixture *fixture, gconstpointer data)
{
	(void)data;
	MailOpen open = open_for(OPEN_UNSENT, TROUBLE_NOBODY, NULL);
	open.amount.currency[0] = '\0';
	open.received = NOW - 60;
	g_autofree char *text = text_of(fixture, (MailSummary){.all = {.open = 1, .unreminded = 1}, .never = {&open, 1, 0}, .median_s = -1});
	has(text, "Drukkerij Vos, invoice A-1 (Waiting: since today)\n");
	g_assert_null(strstr(text, "median"));
	g_assert_null(strstr(text, "By administration"));
	g_assert_null(strstr(text, "more"));
	g_assert_null(strstr(text, "cannot be reached"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/context-summary/reasons", Fixture, NULL, set_up, test_reasons, tear_down);
	g_test_add("/context-summary/languages", Fixture, NULL, set_up, test_every_language_has_every_reason, tear_down);
	g_test_add("/context-summary/figures", Fixture, NULL, set_up, test_figures, tear_down);
	g_test_add("/context-summary/nothing", Fixture, NULL, set_up, test_nothing, tear_down);
	return g_test_run();
}
