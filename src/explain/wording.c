/* One table a kind of word. */
#include "explain/wording.h"

#include "domain/reminder.h"
#include "domain/step.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct {
	const char *word;
	const char *text; /* marked for translation; %s stands for what the word speaks of */
} Wording;

static const Wording not_sent[] = {
	{WHY_MERGED, N_("it came at the same time as %s, which was sent instead")},
	{WHY_MILDER, N_("it is milder than a mail that went before: %s")},
	{WHY_ABSENT, N_("the recipient was absent")},
	{WHY_NOBODY, N_("there was nobody to tell")},
	{WHY_OFF, N_("reminders are switched off for its administration")},
	{WHY_NO_RUNG, N_("the policy did not have this rung any more")},
	{WHY_LATE, N_("the deadline was past")},
	{WHY_INVITED, N_("the recipient had an invite already")},
	{WHY_UNWANTED, N_("the policy wants no invites")},
	{WHY_BEFORE_START, N_("its instant lies before the approval began")},
	{WHY_BEFORE_RUNG, N_("its instant lies before the policy had this rung")},
	{WHY_BEFORE_ASKED, N_("its instant lies before the recipient was asked")},
	{WHY_NOT_MINE, N_("they handed it back")},
	{WHY_LEFT, N_("they may not decide it any more")},
	{WHY_NO_CHANNEL, N_("the policy or akkoord.conf does not let that channel be called")},
	{WHY_NO_ADDRESS, N_("they have no address that the channel could use")},
	{WHY_TRIAL, N_("mail is redirected or limited for a trial, and channels are not called meanwhile")},
	{WHY_UNWRITABLE, N_("its mail could not be written")},
};

static const Wording tones[] = {
	{"new", N_("new")}, {"friendly", N_("friendly")}, {"firm", N_("firm")}, {"escalation", N_("escalation")}, {"final", N_("final")},
};

static const Wording ineligible[] = {
	{"disabled", N_("disabled")},
	{"no-mail", N_("no mail address")},
	{"requester", N_("is the requester")},
	{"distinct", N_("approved an earlier stage")},
	{"held", N_("held an approval of this stage")},
	{"authority", N_("not enough authority")},
	{"line", N_("not enough authority, and nobody up the line has it")},
	{"no-rate", N_("authority in a currency without a rate")},
};

static const Wording left[] = {
	{"not-mine", N_("they handed it back")},
	{"returned", N_("who was absent is there again")},
	{"deputy-changed", N_("another stands in")},
	{"absent", N_("they are absent too")},
	{"delegated", N_("it was handed on")},
	{"ineligible", N_("they may not decide it any more")},
	{"gone", N_("the directory does not know them any more")},
	{"disabled", N_("the directory has them as disabled")},
	{"no-mail", N_("the directory has no address for them that takes mail")},
	{"refused", N_("the mail server refused their address")},
};

static const Wording lost[] = {
	{"missing", N_("was not found in the directory")},
	{"gone", N_("is not in the directory any more")},
	{"disabled", N_("is disabled")},
	{"no-mail", N_("has no address that takes mail")},
	{"refused", N_("has an address that the mail server refuses")},
};

static const Wording channels[] = {{"mail", N_("mail")}, {"invite", N_("invite")}};

static const Wording decisions[] = {{"approve", N_("approved")}, {"reject", N_("rejected")}, {"withdraw", N_("withdrawn")}};

static const Wording invoice_states[] = {
	{"open", N_("open")}, {"approved", N_("approved")}, {"rejected", N_("rejected")}, {"withdrawn", N_("withdrawn")},
};

static const Wording asked_of[] = {{"finance", N_("finance")}, {"requester", N_("the requester")}, {"supplier", N_("the supplier")}};
static const Wording message_states[] = {
	{"queued", N_("queued")}, {"sending", N_("under way")}, {"accepted", N_("accepted")}, {"deferred", N_("deferred")}, {"refused", N_("refused")},
	{"uncertain", N_("uncertain")}, {"withheld", N_("held back")}, {"withdrawn", N_("withdrawn")},
};

/* What the directory is searched for: the `what` of its searches. */
static const Wording searches[] = {
	{"people", N_("people")}, {"disabled among them", N_("disabled among them")}, {"group", N_("group")}, {"groups within", N_("groups within")},
	{"lookup", N_("lookup")}, {"root", N_("root")},
};

static const char *wording_of(const Wording *wordings, gsize count, const char *word)
{
	for (gsize i = 0; i < count; i++)
		if (!g_strcmp0(wordings[i].word, word))
			return _(wordings[i].text);
	return word;
}

const char *wording_tone(const char *tone)
{
	return wording_of(tones, G_N_ELEMENTS(tones), tone);
}

const char *wording_channel(const char *channel)
{
	return wording_of(channels, G_N_ELEMENTS(channels), channel);
}

const char *wording_decision(const char *decision)
{
	return wording_of(decisions, G_N_ELEMENTS(decisions), decision);
}

const char *wording_invoice_state(const char *state)
{
	return wording_of(invoice_states, G_N_ELEMENTS(invoice_states), state);
}

const char *wording_asked_of(const char *of)
{
	return wording_of(asked_of, G_N_ELEMENTS(asked_of), of);
}

const char *wording_message_state(const char *state)
{
	return wording_of(message_states, G_N_ELEMENTS(message_states), state);
}

char *wording_added(const char *who, const char *approver, const char *how, const char *rung, const char *since, gboolean still)
{
	if (!g_strcmp0(how, "deputy") && !still)
		return g_strdup_printf(_("%s stood in for %s, who was absent, and could decide too from %s on."), who, approver, since);
	if (!g_strcmp0(how, "deputy"))
		return g_strdup_printf(_("%s stands in for %s, who is absent, and may decide too since %s."), who, approver, since);
	if (rung)
		return g_strdup_printf(_("%s was put beside %s by rung %s and may decide too since %s."), who, approver, rung, since);
	return g_strdup_printf(_("%s was put beside %s by hand and may decide too since %s."), who, approver, since);
}

char *wording_left(const char *why)
{
	return g_strdup(why ? wording_of(left, G_N_ELEMENTS(left), why) : "?");
}

char *wording_taken_back(const char *why)
{
	if (!strcmp(why, "absent"))
		return wording_not_sent(WHY_ABSENT, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(left); i++)
		if (!strcmp(left[i].word, why))
			return wording_left(why);
	return g_strdup(_(why));
}

char *wording_lost(const char *why)
{
	return g_strdup(why ? wording_of(lost, G_N_ELEMENTS(lost), why) : "?");
}

char *wording_not_sent(const char *why, const char *by)
{
	if (!why)
		return g_strdup("?");
	g_autoptr(GString) text = g_string_new(wording_of(not_sent, G_N_ELEMENTS(not_sent), why));
	g_string_replace(text, "%s", !strcmp(why, WHY_MILDER) ? wording_tone(by) : by ? by : "", 1);
	return g_strdup(text->str);
}

const char *wording_ineligible(const char *why)
{
	return wording_of(ineligible, G_N_ELEMENTS(ineligible), why);
}

/* --- steps --- */

static char *searched_text(const char *const *fields, const char *place)
{
	guint found = (guint)g_ascii_strtoull(fields[4], NULL, 10);
	g_autofree char *entries = g_strdup_printf(ngettext("%u entry", "%u entries", found), found);
	return g_strdup_printf("%s: %s %s: %s", wording_of(searches, G_N_ELEMENTS(searches), fields[1]), fields[2], place, entries);
}

static char *step_searched(const char *const *fields)
{
	g_autofree char *place = g_strdup_printf(_("below %s"), fields[3]);
	return searched_text(fields, place);
}

static char *step_read(const char *const *fields)
{
	g_autofree char *place = *fields[3] ? g_strdup_printf(_("at %s"), fields[3]) : g_strdup(_("at the root"));
	return searched_text(fields, place);
}

static char *step_read_many(const char *const *fields)
{
	g_autofree char *place = g_strdup_printf(_("at %s names"), fields[3]);
	return searched_text(fields, place);
}

static char *step_unanswered(const char *const *fields)
{
	const gboolean below = !g_strcmp0(fields[5], STEP_BELOW);
	g_autofree char *named = below ? g_strdup_printf(_("below %s"), fields[3]) : g_strdup_printf(_("at %s"), fields[3]);
	const char *place = *fields[3] ? named : _("at the root");
	return g_strdup_printf(_("%s: %s %s: no answer: %s"), wording_of(searches, G_N_ELEMENTS(searches), fields[1]), fields[2], place, fields[4]);
}

static char *step_together(const char *const *fields)
{
	return g_strdup_printf(_("(asked in one search with %s others)"), fields[1]);
}

static char *step_no_manager(const char *const *fields)
{
	return g_strdup_printf(_("manager of %s: none is named"), fields[1]);
}

static char *step_bad_manager(const char *const *fields)
{
	return g_strdup_printf(_("manager of %s: what is named is no DN"), fields[1]);
}

static char *step_no_field(const char *const *fields)
{
	return g_strdup_printf(_("lookup(%s) finds nobody: the invoice has no %s"), fields[1], fields[2]);
}

static char *step_as_of(const char *const *fields)
{
	return g_strdup_printf(_("as the directory said at %s"), fields[1]);
}

static char *step_means(const char *const *fields)
{
	g_autofree char *people = g_strjoinv(", ", (char **)fields + 3);
	if (*fields[2])
		return g_strdup_printf(_("%s, cost centre %s: %s"), fields[1], fields[2], *people ? people : _("nobody"));
	return g_strdup_printf("%s: %s", fields[1], *people ? people : _("nobody"));
}

static char *step_up_the_line(const char *const *fields)
{
	return g_strdup_printf(_("%s lacks the authority; %s, up the line, has it"), fields[1], fields[2]);
}

char *wording_step(const char *step)
{
	static const struct {
		const char *word;
		guint fields; /* at least, with the word */
		char *(*text)(const char *const *fields);
	} steps[] = {
		{STEP_SEARCHED, 5, step_searched},       {STEP_READ, 5, step_read},
		{STEP_READ_MANY, 5, step_read_many},     {STEP_UNANSWERED, 5, step_unanswered},
		{STEP_NO_MANAGER, 2, step_no_manager},   {STEP_BAD_MANAGER, 2, step_bad_manager},
		{STEP_NO_FIELD, 3, step_no_field},       {STEP_MEANS, 3, step_means},
		{STEP_UP_THE_LINE, 3, step_up_the_line}, {STEP_TOGETHER, 2, step_together},
		{STEP_AS_OF, 2, step_as_of},
	};
	g_auto(GStrv) fields = step_fields(step);
	for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
		if (!strcmp(fields[0], steps[i].word) && g_strv_length(fields) >= steps[i].fields)
			return steps[i].text((const char *const *)fields);
	return g_strdup(step);
}
