/* One table a kind of word. */
#include "service/wording.h"

#include "domain/reminder.h"

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
	{WHY_UNWRITABLE, N_("its mail could not be written")},
};

static const Wording tones[] = {
	{"new", N_("new")}, {"friendly", N_("friendly")}, {"firm", N_("firm")}, {"escalation", N_("escalation")}, {"final", N_("final")},
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

char *wording_not_sent(const char *why, const char *by)
{
	if (!why)
		return g_strdup("?");
	g_autoptr(GString) text = g_string_new(wording_of(not_sent, G_N_ELEMENTS(not_sent), why));
	g_string_replace(text, "%s", !strcmp(why, WHY_MILDER) ? wording_tone(by) : by ? by : "", 1);
	return g_strdup(text->str);
}
