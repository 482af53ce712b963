/* Like the opening of a stage: nobody is asked unless enough are. Somebody who has handed an approval of the stage on is not asked again. */
#include "service/refilling.h"

#include "base/error.h"
#include "people/people.h"
#include "service/handing.h"
#include "service/opening.h"
#include "service/waiting.h"

#define RETRY_S 3600
#define UNKNOWN_RETRY_S 300

/* An approval that was handed on, of a group that has too few people, and who may be asked there. */
typedef struct {
	ApprovalCase *about;
	Resolution *found;
} Vacancy;

static void vacancy_free(gpointer data)
{
	Vacancy *vacancy = data;
	approval_case_free(vacancy->about);
	resolution_free(vacancy->found);
	g_free(vacancy);
}

static gboolean has_successor(const OpenStage *open, const Approval *approval)
{
	for (guint i = 0; i < open->approvals->len; i++)
		if (!g_strcmp0(((const Approval *)open->approvals->pdata[i])->replaces, approval->id))
			return TRUE;
	return FALSE;
}

const Approval *refilling_vacancy(const OpenStage *open, int group)
{
	const Approval *found = NULL;
	for (guint i = 0; i < open->approvals->len; i++) {
		const Approval *approval = open->approvals->pdata[i];
		if (approval->group == group && approval->state == APPROVAL_DELEGATED && (!found || !has_successor(open, approval)))
			found = approval;
	}
	return found;
}

/* Where no group lacks people of its own, all share too few. */
static gboolean any_wants(const OpenStage *open)
{
	for (int group = 0; group < open->stage->groups; group++)
		if (stage_group_wants(open->stage, open->approvals, group))
			return TRUE;
	return FALSE;
}

static Vacancy *ask_for(Session *session, const Approval *vacant, GError **error)
{
	Vacancy *vacancy = g_new0(Vacancy, 1);
	vacancy->about = approval_case_load(session, vacant->id, error);
	const StageRule *rule = vacancy->about ? opening_rule_of(session, vacancy->about->invoice, vacancy->about->stage, error) : NULL;
	if (rule)
		vacancy->found = handing_find(session, vacancy->about, rule->approvers, TRUE, error);
	else if (vacancy->about && error && !*error)
		error_set(error, ERROR_CONFIG, "stage %s is in no policy any more", vacancy->about->stage->name);
	if (vacancy->found)
		return vacancy;
	vacancy_free(vacancy);
	return NULL;
}

static GPtrArray *ask_directory(Session *session, const OpenStage *open, GError **error)
{
	g_autoptr(GPtrArray) vacancies = g_ptr_array_new_with_free_func(vacancy_free);
	const gboolean some = any_wants(open);
	for (int group = 0; group < open->stage->groups; group++) {
		const Approval *vacant = refilling_vacancy(open, group);
		if (!vacant || (some && !stage_group_wants(open->stage, open->approvals, group)))
			continue;
		Vacancy *vacancy = ask_for(session, vacant, error);
		if (!vacancy)
			return NULL;
		g_ptr_array_add(vacancies, vacancy);
	}
	return g_steal_pointer(&vacancies);
}

static gboolean fill(Session *session, const Vacancy *vacancy, gint64 now, GError **error)
{
	const GPtrArray *people = vacancy->found->approvers;
	if (!handing_record_search(session, vacancy->about, vacancy->found, 0, now, error))
		return FALSE;
	for (guint i = 0; i < people->len; i++)
		if (!handing_open(session, vacancy->about, people->pdata[i], NULL, NULL, 0, now, error))
			return FALSE;
	return TRUE;
}

/* FALSE with an error, or without one where those who were found are not enough: then nothing of it stays. */
static gboolean fill_all(Session *session, const InvoiceRow *invoice, const GPtrArray *vacancies, gint64 now, GError **error)
{
	g_autoptr(OpenStage) before = open_stage_load(session, invoice->id, error);
	if (!before || !before->stage)
		return before != NULL; /* it closed while the directory was asked: still due */
	for (guint i = 0; i < vacancies->len; i++)
		if (!fill(session, vacancies->pdata[i], now, error))
			return FALSE;
	g_autoptr(OpenStage) after = open_stage_load(session, invoice->id, error);
	return after && stage_can_be_met(after->stage, after->approvals) &&
	       handing_settle(session, invoice->id, invoice->stuck_why, now, now, error);
}

static gboolean look_again(Session *session, const InvoiceRow *invoice, gint64 at, GError **error)
{
	return store_wakeup_set(session_store(session), WAKEUP_INVOICE, invoice->id, at, error);
}

gboolean refilling_run(Session *session, const InvoiceRow *invoice, gint64 now, GError **error)
{
	g_autoptr(OpenStage) open = open_stage_load(session, invoice->id, error);
	if (!open)
		return FALSE;
	if (!g_strcmp0(invoice->stuck_why, STUCK_NO_HEIR) || !g_strcmp0(invoice->stuck_why, STUCK_GONE))
		return look_again(session, invoice, INSTANT_NONE, error);
	g_autoptr(GError) failure = NULL;
	g_autoptr(GPtrArray) vacancies = open->stage ? ask_directory(session, open, &failure) : NULL;
	if (failure && people_are_awaited(session)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!vacancies) {
		if (failure)
			waiting_note(session, invoice, NULL, failure);
		return look_again(session, invoice, now + UNKNOWN_RETRY_S, error);
	}
	gboolean ok = store_begin(session_store(session), error) && fill_all(session, invoice, vacancies, now, &failure);
	if (session_end(session, ok, ok ? error : NULL))
		return TRUE;
	if (failure || (error && *error)) {
		if (failure)
			g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return look_again(session, invoice, now + RETRY_S, error);
}
