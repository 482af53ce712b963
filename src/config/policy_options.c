/* policy.conf's tables. Each group reads into its structure of domain/policy.h; its finish function then checks what its settings
 * say together and runs also where a member was wrong. What needs the whole file (names that refer to others) is policy_file.c's.
 */
#include "config/policy_options.h"

#include "base/error.h"
#include "calendar/week_time.h"
#include "config/channel_options.h"
#include "config/setting_checks.h"
#include "domain/due.h"

#include <string.h>

#define NEED_MOST 100

/* A calendar while it is read. The first member makes it a PolicyCalendar to its list; the others are gone once it is finished.
 */
typedef struct {
	PolicyCalendar made;
	char *name;
	char *timezone;
	GPtrArray *work;     /* of char * */
	GPtrArray *holidays; /* of char * */
} CalendarDraft;

static gpointer calendar_draft_new(const char *name);
static gpointer ladder_create(const char *name);
static gpointer rung_create(const char *name);
static gpointer chain_create(const char *name);
static gpointer stage_create(const char *name);
static void finish_calendar(const ConfNode *group, gpointer item, const OptionReader *reader);
static void finish_ladder(const ConfNode *list, gpointer item, const OptionReader *reader);
static void finish_rung(const ConfNode *group, gpointer item, const OptionReader *reader);
static void finish_when(const ConfNode *group, gpointer item, const OptionReader *reader);
static void finish_stage(const ConfNode *group, gpointer item, const OptionReader *reader);
static void finish_chain(const ConfNode *group, gpointer item, const OptionReader *reader);
static void finish_accumulated(const ConfNode *group, gpointer item, const OptionReader *reader);
static gpointer administration_create(const char *name);
static void finish_administration(const ConfNode *group, gpointer item, const OptionReader *reader);
static gboolean check_other(gconstpointer value, GError **error);
static gboolean check_folder(gconstpointer value, GError **error);
static gboolean check_approver(gconstpointer value, GError **error);
static gboolean check_before(gconstpointer value, GError **error);
static gboolean check_summary(gconstpointer value, GError **error);
static gboolean check_supplier_terms(gconstpointer value, GError **error);

static const char *const tones[] = {"new", "friendly", "firm", "escalation", "final", NULL}; /* in the order of Tone */
static const char *const invite_modes[] = {"none", "approval", "day", NULL};                 /* in the order of InviteMode */
static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", NULL}; /* as calendar/payment.h counts them */
static const char *const authorities[] = {"when-stated", "required", NULL}; /* FALSE, TRUE */
static const char *const after_rejection[] = {"close", "previous", NULL};   /* likewise */
static const char *const openings[] = {"approved", "booked", NULL};         /* likewise */
static const char *const attachments[] = {"none", "pdf", "document", NULL};  /* in the order of AttachMode */
static const char *const thanks_modes[] = {"none", "others", "all", NULL};  /* in the order of ThanksMode */

#define CALENDAR_AT(field) .offset = offsetof(CalendarDraft, field)
static const Option calendar_options[] = {
	{"timezone", OPTION_TEXT, CALENDAR_AT(timezone), .required = TRUE,
         .help = "The time zone, by its name in the IANA database: Europe/Amsterdam."},
	{"work", OPTION_TEXTS, CALENDAR_AT(work), .required = TRUE,
         .help = "Working time: days and hours, such as Mon-Fri 08:30-12:30, as many lines as needed."},
	{"holidays", OPTION_TEXTS, CALENDAR_AT(holidays), "[ ]", .may_be_empty = TRUE,
         .help = "iCalendar files (.ics) whose all-day events are no working days, relative to this file."},
	{"countries", OPTION_TEXTS, CALENDAR_AT(made.countries), "[ ]", .may_be_empty = TRUE, .check = check_country,
         .help = "The calendar is for people of these countries (ISO 3166)."},
	{"people", OPTION_SELECTORS, CALENDAR_AT(made.people), "[ ]", .may_be_empty = TRUE, .check = check_role,
         .help = "The calendar is for these people, whatever their country."},
	{0},
};

#define RUNG_AT(field) .offset = offsetof(Rung, field)
static const Option rung_options[] = {
	{"name", OPTION_TEXT, RUNG_AT(name), .required = TRUE, .check = check_name,
         .help = "The rung's name, once in its ladder; what was sent is remembered by it."},
	{"at", OPTION_TIME, RUNG_AT(at), .required = TRUE,
         .help = "When it fires: received, start, due, discount, payment or deadline, and how long before or after."},
	{"send", OPTION_TEXTS, RUNG_AT(hooks), "\"mail\"", .help = "What is sent: mail, invite (an entry in the calendar), and the names of channels."},
	{"tone", OPTION_ENUM, RUNG_AT(tone), "\"friendly\"", .words = tones,
         .help = "How it is said, in rising order; to one person it never falls."},
	{"to", OPTION_SELECTORS, RUNG_AT(to), "\"approver\"", .may_be_empty = TRUE, .help = "Who is addressed."},
	{"cc", OPTION_SELECTORS, RUNG_AT(cc), "[ ]", .may_be_empty = TRUE, .help = "Who is informed, without a way to decide."},
	{"urgent", OPTION_FLAG, RUNG_AT(urgent), "false",
         .help = "Whether it goes at once within working time, without waiting for a slot."},
	{"anytime", OPTION_FLAG, RUNG_AT(anytime), "false", .help = "Whether it goes at once, even outside working time."},
	{"every", OPTION_SPAN, RUNG_AT(every), .least = 1, .help = "How long after it fires again."},
	{"times", OPTION_NUMBER, RUNG_AT(times), .least = 0, .most = 1000,
         .help = "With every: how often in all; 0, which is also meant without it, is until decided."},
	{"add", OPTION_SELECTORS, RUNG_AT(add), "[ ]", .may_be_empty = TRUE, .check = check_other,
         .help = "Who is put beside the approver when the rung fires: either may decide."},
	{"reassign", OPTION_SELECTORS, RUNG_AT(reassign), "[ ]", .may_be_empty = TRUE, .check = check_other,
         .help = "Who takes the approval over when the rung fires: the first of them who may."},
	{0},
};

static const Option ladder_rungs[] = {
	{"rungs", OPTION_LIST, .offset = offsetof(Ladder, rungs), .may_be_empty = TRUE, .members = rung_options,
         .create = rung_create, .finish = finish_rung, .help = "The rungs, in order."},
	{0},
};

#define CHAIN_AT(field) .offset = offsetof(Chain, field)
static const Option accumulated_options[] = {
	{"supplier_within", OPTION_SPAN, CHAIN_AT(when.accumulated_within), .required = TRUE, .least = 1,
         .help = "How far back from an invoice the supplier's other invoices count."},
	{"min_amount", OPTION_MONEY, CHAIN_AT(when.accumulated_min), .required = TRUE,
         .help = "The least sum of their gross amounts and the invoice's own, this one included."},
	{0},
};

static const Option when_options[] = {
	{"administration", OPTION_TEXTS, CHAIN_AT(when.administration), .help = "Shell patterns for the administration's name."},
	{"supplier", OPTION_TEXTS, CHAIN_AT(when.supplier),
         .help = "Shell patterns for the supplier's name, VAT number or other id."},
	{"kind", OPTION_TEXTS, CHAIN_AT(when.kind), .help = "invoice or credit-note."},
	{"cost_centre", OPTION_TEXTS, CHAIN_AT(when.cost_centre),
         .help = "Shell patterns, any of which fits any cost centre of the invoice."},
	{"buyer_reference", OPTION_TEXTS, CHAIN_AT(when.buyer_reference), .help = "Shell patterns for the buyer reference."},
	{"order", OPTION_TEXTS, CHAIN_AT(when.order), .help = "Shell patterns for the purchase order."},
	{"currency", OPTION_TEXTS, CHAIN_AT(when.currency), .help = "The invoice's currencies."},
	{"min_amount", OPTION_MONEY, CHAIN_AT(when.min),
         .help = "The least gross amount, this one included; one in another currency is converted by the rates."},
	{"max_amount", OPTION_MONEY, CHAIN_AT(when.max), .help = "The greatest gross amount, likewise."},
	{"accumulated", OPTION_GROUP, .members = accumulated_options, .finish = finish_accumulated,
         .help = "What the supplier's invoices of some time add up to, those rejected or withdrawn and credit notes left out: so that several small ones go "
                 "the way of a big one."},
	{0},
};

#define STAGE_AT(field) .offset = offsetof(StageRule, field)
static const Option stage_options[] = {
	{"name", OPTION_TEXT, STAGE_AT(name), .required = TRUE, .help = "The stage's name, once in its chain."},
	{"approvers", OPTION_SELECTORS, STAGE_AT(approvers), .required = TRUE, .check = check_approver, .help = "Who is asked."},
	{"fallback", OPTION_SELECTORS, STAGE_AT(fallback), "[ ]", .may_be_empty = TRUE, .check = check_approver,
         .help = "Who is asked where none of the approvers may decide."},
	{"need", OPTION_NEED, STAGE_AT(need), "\"any\"", .least = 1, .most = NEED_MOST,
         .help = "How many of those asked must approve."},
	{"within", OPTION_SPAN, STAGE_AT(within), "\"5bd\"", .least = 1, .help = "How long an approver has."},
	{"at_least", OPTION_SPAN, STAGE_AT(at_least), "\"1bd\"",
         .help = "How long an approver has at least, whatever before says."},
	{"before", OPTION_TIMES, STAGE_AT(before), "[ ]", .may_be_empty = TRUE, .check = check_before,
         .help = "What else the deadline comes before, such as payment, due-2bd or discount-1bd."},
	{"ladder", OPTION_TEXT, STAGE_AT(ladder),
         .help = "The ladder of reminders; without it the administration's, else the first of ladders."},
	{"distinct", OPTION_FLAG, STAGE_AT(distinct), "false", .help = "Whether who approved an earlier stage is left out."},
	{"authority", OPTION_ENUM, STAGE_AT(authority_required), "\"when-stated\"", .words = authorities,
         .help = "Whether a person without a stated authority may decide: required says no."},
	{"on_reject", OPTION_ENUM, STAGE_AT(back_on_reject), "\"close\"", .words = after_rejection,
         .help = "What a rejection does: closes the invoice, or opens the previous stage once more."},
	{"opens", OPTION_ENUM, STAGE_AT(opens_booked), "\"approved\"", .words = openings,
         .help = "Whether it opens as soon as the stage before it has approved, or waits until the invoice is booked as well."},
	{"login_above", OPTION_MONEY, .without_effect = TRUE},
	{0},
};

static const Option chain_options[] = {
	{"name", OPTION_TEXT, CHAIN_AT(name), .required = TRUE, .help = "The chain's name, once in the policy."},
	{"when", OPTION_GROUP, .members = when_options, .finish = finish_when,
         .help = "Which invoices take it: every condition must hold, of a list one entry. The last chain has none."},
	{"stages", OPTION_LIST, CHAIN_AT(stages), .required = TRUE, .members = stage_options, .create = stage_create,
         .finish = finish_stage, .help = "The stages, one after the other."},
	{0},
};

#define ADMINISTRATION_AT(field) .offset = offsetof(Administration, field)
static const Option role_options[] = {
	{"admin", OPTION_SELECTORS, ADMINISTRATION_AT(admins), "[ ]", .may_be_empty = TRUE, .check = check_role,
         .help = "Who is told what is stuck or was refused of its invoices; without it roles.admin of akkoord.conf."},
	{"auditor", OPTION_SELECTORS, ADMINISTRATION_AT(auditors), "[ ]", .may_be_empty = TRUE, .check = check_role,
         .help = "Who audits it; without it roles.auditor of akkoord.conf."},
	{0},
};

static const Option administration_options[] = {
	{"name", OPTION_TEXT, ADMINISTRATION_AT(name), .required = TRUE, .help = "The administration's name, once in the policy."},
	{"buyer", OPTION_TEXTS, ADMINISTRATION_AT(buyers), "[ ]", .may_be_empty = TRUE,
         .help = "The ids by which an invoice names it as its buyer: VAT number, register number, endpoint."},
	{"folder", OPTION_TEXT, ADMINISTRATION_AT(folder), .check = check_folder,
         .help = "Invoices that came through an intake folder or mailbox of this name are its, where their buyer tells nothing."},
	{"calendar", OPTION_TEXT, ADMINISTRATION_AT(calendar),
         .help = "The calendar of people whom no calendar's people or countries hold; without it default_calendar."},
	{"ladder", OPTION_TEXT, ADMINISTRATION_AT(ladder), .help = "The ladder of stages that name none."},
	{"roles", OPTION_GROUP, .members = role_options, .help = "Its own admins and auditors."},
	{"reminders", OPTION_FLAG, ADMINISTRATION_AT(reminders), "true",
         .help = "Whether anything is sent about its invoices; without it they can still be decided."},
	{0},
};

#define AT(field) .offset = offsetof(Policy, field)
static const Option options[] = {
	{"calendars", OPTION_NAMED, AT(calendars), .required = TRUE, .members = calendar_options, .create = calendar_draft_new,
         .finish = finish_calendar, .help = "Working calendars by name."},
	{"default_calendar", OPTION_TEXT, AT(default_calendar),
         .help = "The calendar of people whom no other fits; may be left out where there is only one."},
	{"slots", OPTION_SLOTS, AT(slots), "[ \"09:00\", \"14:00\" ]", .may_be_empty = TRUE,
         .help = "The local times at which mails go; [ ] is at once."},
	{"grace", OPTION_SPAN, AT(grace), "\"4bh\"", .help = "How long after the approver's first mail others may hear of it."},
	{"max_per_day", OPTION_NUMBER, AT(max_per_day), "6", .least = 1, .most = 100,
         .help = "How many mails a person gets a day at most."},
	{"hourly_budget", OPTION_NUMBER, AT(hourly_budget), "5000", .least = 1, .most = 1000000,
         .help = "How many mails go in an hour at most, to everybody together; the rest waits, and the admins are told."},
	{"mass_change", OPTION_NUMBER, AT(mass_change), "20", .least = 1, .most = 100,
         .help = "How many percent of the open approvals, and in any case nine of them, may change hands in one pass because people are gone or unusable; where it is more, none "
                 "does before \"akkoord people confirm\"."},
	{"invites", OPTION_ENUM, AT(invites), "\"day\"", .words = invite_modes,
         .help = "Calendar invites: none at all, one an approval, or one an approver and deadline day that holds all of them."},
	{"attach", OPTION_ENUM, AT(attach), "\"none\"", .words = attachments,
         .help = "The readable original beside a mail that asks for a decision: pdf attaches the invoice's PDF, or the one embedded in it; document, where there is none, "
                 "the file as it came in. Who is only informed gets none."},
	{"attach_max_mb", OPTION_NUMBER, AT(attach_max_mb), "5", .least = 1, .most = 25,
         .help = "How many megabytes of documents a mail bears at most; of what is left out the mail says so."},
	{"thanks", OPTION_ENUM, AT(thanks), "\"none\"", .words = thanks_modes,
         .help = "Who is told that it is done, at their next slot: others, whoever else had a mail about it; all, who decided too, with thanks."},
	{"summary", OPTION_TEXT, AT(summary), "\"Mon 09:00\"", .check = check_summary,
         .help = "When the admins get their summary of the week, by their own calendars: a weekday and a time, or none."},
	{"payment_runs", OPTION_FLAGS, AT(payment_runs), .may_be_empty = TRUE, .words = weekdays,
         .help = "The days on which finance pays; the anchor payment is the close of work before the last run in time."},
	{"due_days", OPTION_NUMBER, AT(due_days), "0", .least = 0, .most = DUE_DAYS_MAX,
         .help = "How many days after receipt an invoice is due where neither it, its supplier's terms nor the text of its terms tells; 0: it has no due date then."},
	{"supplier_terms", OPTION_TEXTS, AT(supplier_terms), "[ ]", .may_be_empty = TRUE, .check = check_supplier_terms,
         .help = "What was agreed with suppliers, for invoices without a due date: a shell pattern for the supplier's name, VAT number or id, a blank, and how many days after its date "
                 "one is due, such as \"NL8000* 60\". The first that fits counts, before the text of the terms."},
	{"allow_self", OPTION_FLAG, AT(allow_self), "false", .help = "Whether the employee who ordered may approve."},
	{"rates", OPTION_TEXT, AT(rates_file),
         .help = "A file of currency,rate lines, relative to this one: what a unit of other currencies is worth in the organisation's."},
	{"credit_note_ladder", OPTION_TEXT, AT(credit_note_ladder),
         .help = "The ladder of credit notes, but in chains whose when has a kind; without it they follow their stage's."},
	{"administrations", OPTION_LIST, AT(administrations), .may_be_empty = TRUE, .members = administration_options,
         .create = administration_create, .finish = finish_administration,
         .help = "Your legal entities, where there are several. An invoice's is the one it names, else the first that has its buyer, else its folder."},
	{"channels", OPTION_NAMED, AT(channels), .may_be_empty = TRUE, .members = channel_options, .create = channel_options_create,
         .finish = channel_options_finish, .help = "Ways beside mail in which a rung may send, by name: web hooks. What they may reach is in akkoord.conf."},
	{"ladders", OPTION_NAMED_LISTS, AT(ladders), .required = TRUE, .members = ladder_rungs, .create = ladder_create,
         .finish = finish_ladder, .help = "Ladders of reminders by name."},
	{"chains", OPTION_LIST, AT(chains), .required = TRUE, .members = chain_options, .create = chain_create,
         .finish = finish_chain, .help = "Chains of stages; an invoice takes the first that fits."},
	{"login_above", OPTION_MONEY, .without_effect = TRUE},
	{"stale_ok", OPTION_SECONDS, .least = 0, .most = 366 * 86400, .without_effect = TRUE},
	{0},
};

const Option *policy_options(void)
{
	return options;
}

/* --- what the tables' items are made by --- */

static gpointer calendar_draft_new(const char *name)
{
	CalendarDraft *draft = g_new0(CalendarDraft, 1);
	draft->name = g_strdup(name);
	return draft;
}

static gpointer ladder_create(const char *name)
{
	return ladder_new(name);
}

static gpointer rung_create(G_GNUC_UNUSED const char *name)
{
	return rung_new();
}

static gpointer chain_create(G_GNUC_UNUSED const char *name)
{
	return chain_new();
}

static gpointer stage_create(G_GNUC_UNUSED const char *name)
{
	return stage_rule_new();
}

static gpointer administration_create(G_GNUC_UNUSED const char *name)
{
	return administration_new();
}

/* --- checks of single values --- */

static gboolean refuse(GError **error, const char *wanted)
{
	error_set(error, ERROR_INVALID, "%s", wanted);
	return FALSE;
}

static gboolean check_approver(gconstpointer value, GError **error)
{
	const Selector *selector = value;
	if (selector->type == SELECTOR_MAIL)
		return refuse(error, "someone in the directory: mail() may be a recipient, not an approver");
	return !selector_names_approver(selector) ||
	       refuse(error, "who the approver is: \"approver\" has a meaning only for a rung's recipients");
}

/* Who may be put beside the approver, or in the approver's place. */
static gboolean check_other(gconstpointer value, GError **error)
{
	const Selector *selector = value;
	if (selector->type == SELECTOR_MAIL)
		return refuse(error, "someone in the directory: mail() may be a recipient, but cannot decide");
	return selector->type != SELECTOR_APPROVER || refuse(error, "somebody else than the approver, who is asked already");
}

static gboolean check_folder(gconstpointer value, GError **error)
{
	if (strchr(value, '/'))
		return refuse(error, "a folder's own name, without a path");
	return (strcmp(value, "done") != 0 && strcmp(value, "failed") != 0) ||
	       refuse(error, "another name: done and failed are for files that were taken in or refused");
}

static gboolean check_before(gconstpointer value, GError **error)
{
	const TimeExpression *time = value;
	return time->anchor != ANCHOR_DEADLINE || refuse(error, "another anchor: the deadline cannot come before itself");
}

static gboolean check_supplier_terms(gconstpointer value, GError **error)
{
	g_autofree char *pattern = NULL;
	guint days;
	if (due_terms_parse(value, &pattern, &days))
		return TRUE;
	error_set(error, ERROR_INVALID, "a supplier and at most %d days such as \"NL8000* 60\"", DUE_DAYS_MAX);
	return FALSE;
}

static gboolean check_summary(gconstpointer value, GError **error)
{
	WeekTime time;
	return !strcmp(value, SUMMARY_NONE) || week_time_parse(value, &time) || refuse(error, "a weekday and a time, such as Mon 09:00, or none");
}

/* --- what the settings of one group say together --- */

static void complain_of_member(const OptionReader *reader, const ConfNode *group, const char *name, const char *wanted)
{
	const ConfNode *node = conf_get(group, name);
	options_complain(reader, node ? node : group, "%s", wanted);
}

static void add_work(const ConfNode *group, const CalendarDraft *draft, Calendar *calendar, const OptionReader *reader)
{
	const ConfNode *lines = conf_get(group, "work");
	for (guint i = 0; draft->work && i < draft->work->len; i++) {
		g_autoptr(GError) error = NULL;
		if (!calendar_add_work(calendar, g_ptr_array_index(draft->work, i), &error))
			options_complain(reader, conf_length(lines) > i ? conf_at(lines, i) : lines,
			                 "days and hours such as \"Mon-Fri 08:30-17:30\" (%s)", error->message);
	}
}

static gboolean add_holiday_file(Calendar *calendar, const char *name, const PolicyFiles *files, GError **error)
{
	g_autoptr(GBytes) bytes = files->read(name, files->user_data, error);
	g_autoptr(GArray) dates = bytes ? files->holidays(bytes, error) : NULL;
	if (!dates)
		return FALSE;
	for (guint i = 0; i < dates->len; i++)
		calendar_add_holiday(calendar, g_array_index(dates, Date, i));
	return TRUE;
}

static void add_holidays(const ConfNode *group, const CalendarDraft *draft, Calendar *calendar, const OptionReader *reader)
{
	const PolicyFiles *files = reader->context;
	const ConfNode *names = conf_get(group, "holidays");
	for (guint i = 0; draft->holidays && i < draft->holidays->len; i++) {
		const char *name = g_ptr_array_index(draft->holidays, i);
		const ConfNode *node = conf_length(names) > i ? conf_at(names, i) : names;
		g_autoptr(GError) error = NULL;
		if (!files->read)
			options_complain(reader, node, "no files here");
		else if (!add_holiday_file(calendar, name, files, &error))
			options_complain(reader, node, "an iCalendar file that can be read (%s)", error->message);
	}
}

static void finish_calendar(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	CalendarDraft *draft = item;
	g_autofree char *name = g_steal_pointer(&draft->name);
	g_autofree char *place = g_steal_pointer(&draft->timezone);
	draft->made.line = group->line;
	g_autoptr(GError) error = NULL;
	g_autoptr(Zone) zone = place ? zone_new(place, &error) : NULL;
	if (zone) {
		draft->made.calendar = calendar_new(name, zone);
		add_work(group, draft, draft->made.calendar, reader);
		add_holidays(group, draft, draft->made.calendar, reader);
	} else if (place) {
		complain_of_member(reader, group, "timezone", error->message);
	}
	g_clear_pointer(&draft->work, g_ptr_array_unref);
	g_clear_pointer(&draft->holidays, g_ptr_array_unref);
}

/* What was read as names: Akkoord's own ways become flags, the channels' names stay, each once. */
static void settle_send(Rung *rung)
{
	g_autoptr(GPtrArray) names = rung->hooks;
	rung->hooks = g_ptr_array_new_with_free_func(g_free);
	rung->send = 0;
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		const SendFlags way = !strcmp(name, "mail") ? SEND_MAIL : !strcmp(name, "invite") ? SEND_INVITE : SEND_HOOK;
		rung->send |= way;
		if (way == SEND_HOOK && !g_ptr_array_find_with_equal_func(rung->hooks, name, g_str_equal, NULL))
			g_ptr_array_add(rung->hooks, g_strdup(name));
	}
}

static void finish_rung(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	Rung *rung = item;
	rung->line = group->line;
	settle_send(rung);
	rung->repeats = conf_get(group, "every") != NULL;
	if (rung->repeats && !conf_get(group, "times"))
		rung->times = 0;
	if (!rung->repeats && conf_get(group, "times"))
		complain_of_member(reader, group, "times", "every beside it: it says how long after the rung fires again");
	if (rung->add->len > 0 && rung->reassign->len > 0)
		complain_of_member(reader, group, "reassign", "add or reassign: nobody can be put beside an approver who no longer is one");
	if (rung->to->len + rung->cc->len + rung->add->len + rung->reassign->len == 0)
		complain_of_member(reader, group, "to", "somebody in to or cc");
	if (rung->urgent && rung->anytime)
		complain_of_member(reader, group, "urgent", "urgent or anytime: anytime already skips the slots");
}

static void finish_ladder(const ConfNode *list, gpointer item, const OptionReader *reader)
{
	Ladder *ladder = item;
	ladder->line = list->line;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < ladder->rungs->len; i++) {
		const Rung *rung = g_ptr_array_index(ladder->rungs, i);
		if (rung->name && !g_hash_table_add(seen, rung->name))
			complain_of_member(reader, conf_at(list, i), "name", "a name that no rung above has");
	}
}

static void finish_when(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	Chain *chain = item;
	When *when = &chain->when;
	chain->has_when = TRUE;
	when->has_min = when->min.currency[0] != '\0';
	when->has_max = when->max.currency[0] != '\0';
	when->has_accumulated = when->accumulated_min.currency[0] != '\0';
	if (group->children->len == 0)
		options_complain(reader, group, "a condition, or no when at all");
	if (!when->has_min || !when->has_max)
		return;
	if (strcmp(when->min.currency, when->max.currency) != 0)
		complain_of_member(reader, group, "max_amount", "the currency of min_amount");
	else if (when->min.minor > when->max.minor)
		complain_of_member(reader, group, "max_amount", "an amount not below min_amount");
}

static void finish_accumulated(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	const When *when = &((Chain *)item)->when;
	if (conf_get(group, "min_amount") && when->accumulated_min.currency[0] && when->accumulated_min.minor == 0)
		complain_of_member(reader, group, "min_amount", "an amount above zero: every sum reaches this one");
}

static void finish_stage(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	StageRule *stage = item;
	stage->line = group->line;
	if (stage->at_least.unit == stage->within.unit && stage->at_least.amount > stage->within.amount)
		complain_of_member(reader, group, conf_get(group, "at_least") ? "at_least" : "within",
		                   "at_least no longer than within");
}

static void finish_administration(const ConfNode *group, gpointer item, G_GNUC_UNUSED const OptionReader *reader)
{
	((Administration *)item)->line = group->line;
}

static void finish_chain(const ConfNode *group, gpointer item, const OptionReader *reader)
{
	Chain *chain = item;
	chain->line = group->line;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < chain->stages->len; i++) {
		const StageRule *stage = g_ptr_array_index(chain->stages, i);
		if (stage->name && !g_hash_table_add(seen, stage->name))
			complain_of_member(reader, conf_at(conf_get(group, "stages"), i), "name",
			                   "a name that no stage above has");
	}
}
