/* Made-up mails, and such of what is there. Invariant: of what is made up every date stands here, so that what is rendered stays the same. */
#include "check/specimen.h"

#include "base/error.h"
#include "check/specimen_week.h"
#include "mail/language.h"
#include "pass/mail_line.h"
#include "people/people.h"

#define HOUR 3600
#define DAY 86400
#define NOW 1798099200          /* Thursday 2026-12-24 09:00 in Amsterdam */
#define LEISURE (4 * DAY + 8 * HOUR + HOUR / 2) /* Monday 2026-12-28 17:30 */

#define ASKED 5 /* invoices to decide */
#define ALL (ASKED + 2)
#define COMING 3

typedef struct {
	const SpecimenWish *wish;
	const MailStyle *style;
	Person person, colleague;
	Calendar *calendar;
	GPtrArray *deciders, *others;
	MailItem items[ALL], coming[COMING];
	char *message_id;
	MailRequest request;
	gboolean is_real; /* of one invoice that is there */
} Specimen;

static gboolean is_single(const Specimen *specimen)
{
	return specimen->is_real || specimen->wish->single;
}

static void specimen_clear(Specimen *specimen)
{
	g_clear_pointer(&specimen->calendar, calendar_unref);
	g_clear_pointer(&specimen->deciders, g_ptr_array_unref);
	g_clear_pointer(&specimen->others, g_ptr_array_unref);
	g_clear_pointer(&specimen->message_id, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Specimen, specimen_clear)

Settings specimen_house(void)
{
	return (Settings){
		.organisation = (char *)"Voorbeeld BV",
		.language = (char *)"nl",
		.mail_from_name = (char *)"Akkoord",
		.mail_from_address = (char *)"akkoord@example.nl",
		.public_url = (char *)"https://akkoord.example.nl",
	};
}

static MailItem item_of(const char *id, const char *supplier, const char *number, Money amount, Date due, gint64 left)
{
	return (MailItem){
		.invoice = id,
		.approval = id,
		.supplier = supplier,
		.number = number,
		.amount = amount,
		.due = due,
		.deadline = NOW + left,
		.opened = NOW - 3 * DAY,
		.why = "budget holder",
		.next_name = "Sanne de Vries",
		.next_at = NOW + 5 * DAY,
		.again_at = NOW + 4 * DAY,
	};
}

static void fill_asked(Specimen *specimen)
{
	MailItem *items = specimen->items;
	items[0] = item_of("k3f9w2", "Cloudhaven B.V.", "2026-1187", (Money){123450, "EUR"}, date_from_ymd(2026, 12, 24), -15 * HOUR - HOUR / 2);
	items[0].opened = NOW - 12 * DAY;
	items[1] = item_of("p7q2m8", "Werkplek & Zoon Projectinrichting en Kantoorbenodigdheden Noord-Holland B.V.", "WZ/2026/000088213-A",
	                   (Money){123456789, "EUR"}, date_from_ymd(2026, 12, 31), LEISURE);
	items[1].others = specimen->others;
	items[2] = item_of("t4h6c1", "Hanse Logistik GmbH", "R-20561", (Money){9870000, "CHF"}, date_from_ymd(2027, 1, 4), LEISURE);
	items[2].deciders = specimen->deciders;
	items[2].added = TRUE;
	items[3] = item_of("b8n5x3", "Imprenta del Sol S.L.", "F26/0342", (Money){-31240, "EUR"}, DATE_NONE, LEISURE);
	items[3].credit_note = TRUE;
	items[3].opened = NOW - HOUR;
	items[3].deciders = specimen->others;
	items[3].added = items[3].deputy = TRUE;
	items[4] = item_of("z2v7d9", "Éditions Lumière & Fils", "AV-77", (Money){8900, "EUR"}, date_from_ymd(2027, 1, 15), LEISURE + DAY);
	items[4].returned_by = "Jan Jansen";
	items[4].returned_why = "Which cost centre?";
}

static void fill_told(Specimen *specimen)
{
	MailItem *told = specimen->items + ASKED;
	told[0] = item_of("d5r8k4", "Drukkerij Vos", "A-1", (Money){48000, "EUR"}, date_from_ymd(2026, 12, 29), -2 * DAY);
	told[1] = item_of("w9s3j6", "Nordlicht Energie AG", "2026/4471", (Money){1734, "EUR"}, date_from_ymd(2026, 12, 30), LEISURE);
	for (int i = 0; i < ALL - ASKED; i++) {
		told[i].informing = TRUE;
		told[i].approver = i == 0 ? "Jan Jansen" : "Inés Gil Ortega";
		told[i].next_name = NULL;
		told[i].again_at = INSTANT_NONE;
	}
}

static void fill_coming(Specimen *specimen)
{
	specimen->coming[0] = item_of("c1", "Bakkerij Jansen & Zn.", "2026-118", (Money){6250, "EUR"}, date_from_ymd(2027, 1, 8), LEISURE + DAY);
	specimen->coming[1] = item_of("c2", "Ferrovia Trasporti S.p.A.", "991", (Money){250000, "EUR"}, date_from_ymd(2027, 1, 11), LEISURE + 2 * DAY);
	specimen->coming[2] = item_of("c3", "Papeterie Dupont", "FA-2026-12-0031", (Money){4410, "EUR"}, date_from_ymd(2027, 1, 11), LEISURE + 3 * DAY);
}

static gboolean specimen_start(Specimen *specimen, const Settings *settings, GError **error)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", error);
	if (zone == NULL)
		return FALSE;
	specimen->calendar = calendar_new("nl", zone);
	specimen->person = (Person){.name = (char *)"Ana Ruiz", .mail = (char *)"ana@example.nl", .language = (char *)specimen->wish->language};
	specimen->colleague = (Person){.name = (char *)"Jan Jansen", .mail = (char *)"jan@example.nl"};
	specimen->deciders = g_ptr_array_new();
	g_ptr_array_add(specimen->deciders, (char *)"Jan Jansen");
	specimen->others = g_ptr_array_new();
	g_ptr_array_add(specimen->others, (char *)"Inés Gil Ortega");
	g_ptr_array_add(specimen->others, (char *)"Zoë van den Broek");
	fill_asked(specimen);
	fill_told(specimen);
	fill_coming(specimen);
	specimen->message_id = mail_message_id(settings, "specimen");
	specimen->request = (MailRequest){
		.recipient = &specimen->person,
		.calendar = specimen->calendar,
		.tone = specimen->wish->tone,
		.now = NOW,
		.items = specimen->items,
		.n_items = specimen->wish->single ? 1 : ASKED,
		.message_id = specimen->message_id,
	};
	return TRUE;
}

/* Of what is there, in place of what is made up. */
static void specimen_take(Specimen *specimen, const MailLine *line, const Person *recipient, Calendar *calendar, gint64 now)
{
	const char *language = specimen->wish->language != NULL ? specimen->wish->language : recipient->language;
	MailItem *told = &specimen->items[ASKED];
	specimen->items[0] = line->item;
	*told = line->item;
	told->informing = TRUE;
	told->approver = line->about->approver->person->name;
	specimen->person = (Person){.name = recipient->name, .mail = recipient->mail, .language = (char *)language};
	calendar_unref(specimen->calendar);
	specimen->calendar = calendar_ref(calendar);
	specimen->request.calendar = specimen->calendar;
	specimen->request.now = now;
	specimen->request.n_items = 1;
	specimen->is_real = TRUE;
}

/* --- the kinds --- */

static gboolean compose_reminder(Specimen *specimen, ComposedMail *mail, GError **error)
{
	MailRequest *request = &specimen->request;
	if (!specimen->is_real) {
		request->coming = specimen->coming;
		request->n_coming = COMING;
		request->more_coming = 2;
	}
	if (!is_single(specimen))
		request->n_items = ALL;
	return mail_compose_reminder(specimen->style, request, mail, error);
}

static gboolean compose_inform(Specimen *specimen, ComposedMail *mail, GError **error)
{
	specimen->request.items = specimen->items + ASKED;
	specimen->request.n_items = is_single(specimen) ? 1 : ALL - ASKED;
	return mail_compose_reminder(specimen->style, &specimen->request, mail, error);
}

static gboolean compose_moved(Specimen *specimen, ComposedMail *mail, GError **error)
{
	specimen->request.items = specimen->items + ASKED;
	specimen->request.n_items = 1;
	return mail_compose_news(specimen->style, &specimen->request, "moved", mail, error);
}

static void settle(Specimen *specimen, MailOutcome second)
{
	MailItem *told = specimen->items + ASKED;
	for (int i = 0; i < ALL - ASKED; i++) {
		told[i].approver = NULL;
		told[i].outcome = i == 0 ? OUTCOME_APPROVED : second;
		told[i].outcome_by = i == 0 ? "Jan Jansen" : NULL;
		told[i].outcome_at = NOW - 2 * DAY;
	}
}

static gboolean compose_done(Specimen *specimen, ComposedMail *mail, GError **error)
{
	settle(specimen, OUTCOME_REJECTED);
	specimen->request.items = specimen->items + ASKED;
	specimen->request.n_items = specimen->wish->single ? 1 : ALL - ASKED;
	specimen->request.asked = specimen->request.decided = TRUE;
	return mail_compose_done(specimen->style, &specimen->request, mail, error);
}

static gboolean compose_return(Specimen *specimen, ComposedMail *mail, GError **error)
{
	settle(specimen, OUTCOME_LAPSED);
	specimen->items[ASKED - 1].stood_in = "Jan Jansen";
	specimen->request.items = specimen->items + ASKED - 1;
	specimen->request.n_items = 1 + ALL - ASKED;
	return mail_compose_return(specimen->style, &specimen->request, mail, error);
}

static gboolean compose_notice(Specimen *specimen, ComposedMail *mail, GError **error)
{
	const MailTrouble troubles[] = {
		{.kind = TROUBLE_NOBODY, .invoice = "k3f9w2", .supplier = "Cloudhaven B.V.", .number = "2026-1187", .amount = {123450, "EUR"}, .stage = "controller"},
		{.kind = TROUBLE_REFUSED, .invoice = "t4h6c1", .supplier = "Hanse Logistik GmbH", .number = "R-20561", .others = 2, .name = "Inés Gil Ortega",
	         .address = "ines@example.nl", .reply = "550 5.1.1 <ines@example.nl>: user unknown"},
		{.kind = TROUBLE_OVERDUE, .invoice = "d5r8k4", .supplier = "Drukkerij Vos", .number = "A-1", .amount = {48000, "EUR"}, .stage = "budget holder", .name = "Jan Jansen"},
		{.kind = TROUBLE_ALARM, .mail = 411, .name = "ines@example.nl", .reply = "550 5.7.1 rejected by DMARC policy of example.nl"},
		{.kind = TROUBLE_UNPROVEN, .mail = 412, .name = "jan@example.nl", .reply = "550 5.1.1 <jan@example.nl>: user unknown"},
		{.kind = TROUBLE_STRAY, .mail = 413, .name = "mailer-daemon@mx.elsewhere.example", .reply = "Your message could not be delivered."},
		{.kind = TROUBLE_UNTAKEN, .mail = 414, .name = "rechnung@druckhaus-nord.example", .reply = "R-7714.pdf: a PDF file without an e-invoice in it (Factur-X, ZUGFeRD)"},
	};
	const MailNotice notice = {
		.recipient = &specimen->person,
		.calendar = specimen->calendar,
		.now = NOW,
		.troubles = troubles,
		.n_troubles = specimen->wish->single ? 1 : G_N_ELEMENTS(troubles),
		.message_id = specimen->message_id,
	};
	return mail_compose_notice(specimen->style, &notice, mail, error);
}

static gboolean compose_summary(Specimen *specimen, ComposedMail *mail, GError **error)
{
	g_auto(SpecimenWeek) week = {0};
	MailSummary summary = specimen_week_begin(&week, NOW, specimen->wish->single);
	summary.recipient = &specimen->person;
	summary.calendar = specimen->calendar;
	summary.now = NOW;
	summary.message_id = specimen->message_id;
	return mail_compose_summary(specimen->style, &summary, mail, error);
}

static gboolean compose_question(Specimen *specimen, ComposedMail *mail, GError **error)
{
	const MailQuestion question = {
		.recipient = &specimen->person,
		.calendar = specimen->calendar,
		.now = NOW,
		.item = &specimen->items[1],
		.question = "Were the desks of December delivered in full?",
		.asker = &specimen->colleague,
		.until = NOW + LEISURE,
		.message_id = specimen->message_id,
	};
	return mail_compose_question(specimen->style, &question, mail, error);
}

static gboolean compose_entry(Specimen *specimen, ComposedMail *mail, GError **error)
{
	const gboolean cancels = g_str_equal(specimen->wish->kind, "cancel");
	const gint64 ends = specimen->request.items[0].deadline;
	const IcsEvent event = {
		.method = cancels ? ICS_CANCEL : ICS_REQUEST,
		.uid = "specimen@example.nl",
		.sequence = g_str_equal(specimen->wish->kind, "request") ? 0 : 1,
		.stamp = specimen->request.now,
		.starts = ends - HOUR / 2,
		.ends = ends,
	};
	for (gsize i = 0; i < ASKED; i++) { /* of which a calendar says nothing */
		specimen->items[i].deciders = specimen->items[i].others = NULL;
		specimen->items[i].returned_by = NULL;
	}
	specimen->request.updates = g_str_equal(specimen->wish->kind, "update");
	return mail_compose_invite(specimen->style, &specimen->request, &event, mail, error);
}

static const struct {
	const char *name;
	gboolean (*compose)(Specimen *specimen, ComposedMail *mail, GError **error);
	gboolean of_invoice; /* there can be one about an invoice that is there */
} kinds[] = {
	{"reminder", compose_reminder, TRUE}, {"inform", compose_inform, TRUE}, {"moved", compose_moved, TRUE}, {"done", compose_done, FALSE},
	{"return", compose_return, FALSE},
	{"notice", compose_notice, FALSE}, {"summary", compose_summary, FALSE}, {"question", compose_question, FALSE}, {"request", compose_entry, TRUE}, {"update", compose_entry, TRUE},
	{"cancel", compose_entry, TRUE},
};

static const char *const kind_names[] = {"reminder", "inform", "moved", "done", "return", "notice", "summary", "question", "request", "update", "cancel", NULL};
G_STATIC_ASSERT(G_N_ELEMENTS(kind_names) == G_N_ELEMENTS(kinds) + 1);

const char *const *specimen_kinds(void)
{
	return kind_names;
}

static gboolean compose(Specimen *specimen, ComposedMail *mail, GError **error)
{
	const char *wanted = specimen->wish->kind != NULL ? specimen->wish->kind : "reminder";
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_equal(kinds[i].name, wanted) && (kinds[i].of_invoice || !specimen->is_real))
			return kinds[i].compose(specimen, mail, error);
	error_set(error, ERROR_USAGE, "kind %s: there is no such mail%s", wanted, specimen->is_real ? " about an invoice" : "");
	return FALSE;
}

gboolean specimen_compose(const MailStyle *style, const Settings *settings, const SpecimenWish *wish, ComposedMail *mail, GError **error)
{
	g_auto(Specimen) specimen = {.wish = wish, .style = style};
	return specimen_start(&specimen, settings, error) && compose(&specimen, mail, error);
}

gboolean specimen_compose_all(const MailStyle *style, const Settings *settings, GError **error)
{
	for (const char *const *code = language_codes(); *code != NULL; code++)
		for (const char *const *kind = kind_names; *kind != NULL; kind++) {
			const SpecimenWish wish = {.kind = *kind, .language = *code};
			ComposedMail mail = {0};
			gboolean ok = specimen_compose(style, settings, &wish, &mail, error);
			if (ok && (*mail.subject == '\0' || *mail.text == '\0' || *mail.html == '\0')) {
				error_set(error, ERROR_CONFIG, "templates: the mail of kind %s in %s has no %s", *kind, *code, *mail.subject == '\0' ? "subject" : "text");
				ok = FALSE;
			}
			composed_mail_clear(&mail);
			if (!ok)
				return FALSE;
		}
	return TRUE;
}

/* --- of what is there --- */

static Approval *first_pending(Session *session, const char *reference, GError **error)
{
	g_autoptr(InvoiceRow) invoice = store_invoice_find(session_store(session), reference, error);
	g_autoptr(GPtrArray) approvals = invoice != NULL ? store_approvals(session_store(session), invoice->id, error) : NULL;
	for (guint i = 0; approvals != NULL && i < approvals->len; i++)
		if (((const Approval *)approvals->pdata[i])->state == APPROVAL_PENDING)
			return g_ptr_array_steal_index(approvals, i);
	if (approvals != NULL)
		error_set(error, ERROR_NOT_FOUND, "invoice %s: nobody is asked to decide it", reference);
	return NULL;
}

static gboolean compose_line(Session *session, const MailLine *line, const SpecimenWish *wish, ComposedMail *mail, GError **error)
{
	const MailStyle *style = session_mail_style(session, error);
	const Policy *policy = style != NULL ? session_policy(session, NULL, error) : NULL;
	g_auto(Specimen) specimen = {.wish = wish, .style = style};
	if (policy == NULL || !specimen_start(&specimen, session_settings(session), error))
		return FALSE;
	const Person *recipient = line->about->approver->person;
	specimen_take(&specimen, line, recipient, people_calendar(session, policy, line->about->invoice->administration, recipient), session_now(session));
	return compose(&specimen, mail, error);
}

gboolean specimen_compose_real(Session *session, const char *invoice, const SpecimenWish *wish, ComposedMail *mail, GError **error)
{
	answers_set_mode(session_answers(session), ANSWERS_LAST);
	g_autoptr(Approval) approval = first_pending(session, invoice, error);
	ApprovalCase *about = approval != NULL ? approval_case_load(session, approval->id, error) : NULL;
	MailLine *line = about != NULL ? mail_line_new(session, about, approval->person, error) : NULL;
	if (line != NULL)
		mail_line_look_ahead(line, session);
	const gboolean ok = line != NULL && compose_line(session, line, wish, mail, error);
	mail_line_free(line);
	return ok;
}
