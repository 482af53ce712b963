/* The rungs to come are worked out from the store alone, in their order; the first that reaches somebody else is looked for by the directory. */
#include "service/next_steps.h"

#include "base/error.h"
#include "domain/remind.h"
#include "service/acting.h"
#include "service/remind_case.h"
#include "service/rung_people.h"

#include <string.h>

typedef struct {
	const Rung *rung; /* of the policy in force, which the session keeps */
	gint64 fires;
} ComingRung;

struct Foresight {
	GArray *coming;      /* of ComingRung */
	GPtrArray *insiders; /* of char *; NULL: nothing comes */
	gboolean own;        /* the approval was opened for the recipient */
};

/* Who has to be told nothing of that kind: the reader, and who is asked anyway. Of char *, directory ids. */
static GPtrArray *insiders(Session *session, const RemindState *state, const char *recipient, GError **error)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i <= state->asked->len; i++) {
		const char *id = i < state->asked->len ? g_array_index(state->asked, Asked, i).person : recipient;
		g_autoptr(PersonRow) row = store_person(session_store(session), id, error);
		if (!row)
			return NULL;
		g_ptr_array_add(ids, g_strdup(row->person->directory_id));
	}
	return g_steal_pointer(&ids);
}

/* The name of the first of them who is none of the insiders; NULL. */
static char *first_outsider(const GPtrArray *people, GPtrArray *insiders)
{
	for (guint i = 0; people && i < people->len; i++) {
		const Person *person = people->pdata[i];
		if (!person->disabled && person->mail && !g_ptr_array_find_with_equal_func(insiders, person->directory_id, g_str_equal, NULL))
			return g_strdup(person->name);
	}
	return NULL;
}

/* Whom the rung adds or hands it to, then whom it tells; NULL where the directory does not say, or they all know. */
static char *outsider_of(Session *session, const ApprovalCase *about, const Rung *rung, GPtrArray *insiders)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Resolution) doing = rung_acts(rung) ? acting_people(session, about, rung, &failure) : NULL;
	char *name = doing ? first_outsider(doing->approvers, insiders) : NULL;
	if (name || failure || !rung_names_others(rung))
		return name;
	g_autoptr(FoundRecipients) found = rung_people_find(session, about, rung, 0);
	if (found->known)
		name = first_outsider(found->to, insiders);
	if (found->known && !name)
		name = first_outsider(found->cc, insiders);
	return name;
}

void next_steps_clear(NextSteps *steps)
{
	g_clear_pointer(&steps->name, g_free);
}

static gboolean reminds_approver(const Rung *rung)
{
	RecipientRole role;
	return (rung->send & SEND_MAIL) && rung_names_approver(rung, &role) && role == ROLE_TO;
}

static void add_coming(Foresight *foresight, const RemindState *state, gint64 now)
{
	g_autoptr(GArray) reminders = remind_forecast(state, now, 1);
	for (guint i = 0; i < reminders->len; i++) {
		const Reminder *reminder = &g_array_index(reminders, Reminder, i);
		guint place;
		const ComingRung coming = {ladder_rung(state->ladder, reminder->rung, &place), reminder->fires};
		g_array_append_val(foresight->coming, coming);
	}
}

Foresight *foresight_new(Session *session, const ApprovalCase *about, const char *recipient, GError **error)
{
	g_autoptr(Foresight) foresight = g_new0(Foresight, 1);
	foresight->coming = g_array_new(FALSE, FALSE, sizeof(ComingRung));
	foresight->own = !strcmp(about->approval->person, recipient);
	const Policy *policy = session_policy(session, NULL, error);
	if (policy && !policy_ladder(policy, about->stage->ladder))
		return g_steal_pointer(&foresight);
	g_autoptr(RemindCase) remind_case = policy ? remind_case_load(session, about, session_now(session), error) : NULL;
	foresight->insiders = remind_case ? insiders(session, &remind_case->state, recipient, error) : NULL;
	if (!foresight->insiders)
		return NULL;
	add_coming(foresight, &remind_case->state, session_now(session));
	return g_steal_pointer(&foresight);
}

void foresight_free(Foresight *foresight)
{
	if (!foresight)
		return;
	g_array_unref(foresight->coming);
	g_clear_pointer(&foresight->insiders, g_ptr_array_unref);
	g_free(foresight);
}

void foresight_find(const Foresight *foresight, Session *session, const ApprovalCase *about, NextSteps *steps)
{
	*steps = (NextSteps){NULL, INSTANT_NONE, INSTANT_NONE};
	for (guint i = 0; i < foresight->coming->len && !steps->name; i++) {
		const ComingRung *coming = &g_array_index(foresight->coming, ComingRung, i);
		if (foresight->own && steps->again == INSTANT_NONE && reminds_approver(coming->rung))
			steps->again = coming->fires;
		if (!rung_names_others(coming->rung) && !rung_acts(coming->rung))
			continue;
		steps->name = outsider_of(session, about, coming->rung, foresight->insiders);
		steps->at = coming->fires;
	}
}
