#include "rehearsal_fixture.h"

#include "config/policy_file.h"

#include <string.h>

static const Zone *home(void)
{
	static Zone *zone;
	if (!zone)
		zone = zone_new("Europe/Amsterdam", NULL);
	return zone;
}

gint64 local(const char *text)
{
	Date date;
	g_autofree char *day = g_strndup(text, 10);
	g_assert_true(date_parse(day, &date, NULL));
	g_assert_cmpuint(strlen(text), ==, 16);
	return zone_instant(home(), date, (int)(g_ascii_strtoull(text + 11, NULL, 10) * 3600 + g_ascii_strtoull(text + 14, NULL, 10) * 60));
}

char *local_text(gint64 instant)
{
	static const char *const days[] = {"", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	Date date;
	int second;
	zone_local(home(), instant, &date, &second);
	g_autofree char *day = date_format(date);
	GString *text = g_string_new(days[date_weekday(date)]);
	g_string_append_printf(text, " %s %02d:%02d", day, second / 3600, second / 60 % 60);
	if (second % 60)
		g_string_append_printf(text, ":%02d", second % 60);
	return g_string_free(text, FALSE);
}

static Policy *policy_of(const char *text)
{
	g_autoptr(Problems) problems = problems_new();
	Policy *policy = policy_parse(text, strlen(text), "policy.conf", NULL, problems);
	if (!policy) {
		g_autofree char *problem = problem_format(problems_get(problems, 0));
		g_error("%s", problem);
	}
	for (guint i = 0; i < policy->calendars->len; i++)
		calendar_add_holiday(((PolicyCalendar *)policy->calendars->pdata[i])->calendar, date_from_ymd(2026, 12, 25));
	return policy;
}

Trial *trial_new(Company *company, const char *policy)
{
	Trial *trial = g_new0(Trial, 1);
	trial->company = company;
	trial->policy = policy_of(policy);
	trial->facts = g_ptr_array_new_with_free_func((GDestroyNotify)invoice_facts_free);
	trial->invoices = g_ptr_array_new_with_free_func(g_free);
	trial->terms.policy = trial->policy;
	trial->terms.people = &company->source;
	trial->invites = TRUE;
	trial->told = g_string_new(NULL);
	return trial;
}

void trial_free(Trial *trial)
{
	g_ptr_array_unref(trial->invoices);
	g_ptr_array_unref(trial->facts);
	g_string_free(trial->told, TRUE);
	company_free(trial->company);
	policy_unref(trial->policy);
	g_free(trial);
}

RehearsedInvoice *trial_invoice(Trial *trial, const char *label, const char *received, const char *due)
{
	InvoiceFacts *facts = invoice_facts_new();
	facts->currency = g_strdup("EUR");
	facts->has_gross = decimal_parse("100.00", &facts->gross, NULL);
	if (due)
		g_assert_true(date_parse(due, &facts->due_date, NULL));
	g_ptr_array_add(facts->cost_references, g_strdup("4100"));
	g_ptr_array_add(trial->facts, facts);
	RehearsedInvoice *invoice = g_new0(RehearsedInvoice, 1);
	invoice->label = label;
	invoice->facts = facts;
	invoice->received = local(received);
	invoice->opens = invoice->booked = INSTANT_NONE;
	g_ptr_array_add(trial->invoices, invoice);
	return invoice;
}

InvoiceFacts *trial_facts(Trial *trial, const RehearsedInvoice *invoice)
{
	guint index;
	g_assert_true(g_ptr_array_find(trial->invoices, invoice, &index));
	return trial->facts->pdata[index];
}

static void tell_reminder(Trial *trial, const Rehearsed *reminder)
{
	if (reminder->send != REHEARSED_MAIL && !trial->invites)
		return;
	if (trial->messages)
		g_string_append_printf(trial->told, "%u: ", reminder->message);
	g_string_append_printf(trial->told, "%s %s%s", person_label(reminder->person), reminder->role == ROLE_CC ? "+" : "", reminder->rung);
	if (reminder->occurrence)
		g_string_append_printf(trial->told, ".%u", reminder->occurrence);
	g_string_append_printf(trial->told, " %s", reminder->send == REHEARSED_MAIL ? tone_name(reminder->tone) : rehearsed_send_name(reminder));
	if (strcmp(reminder->invoice, "S/1"))
		g_string_append_printf(trial->told, " %s", reminder->invoice);
	g_string_append_c(trial->told, '\n');
}

static void tell_happening(Trial *trial, const Rehearsed *happening)
{
	g_string_append_printf(trial->told, "* %s %s %s", happening->invoice, happening->stage ? happening->stage : "-", rehearsed_kind_name(happening->kind));
	if (happening->person)
		g_string_append_printf(trial->told, " %s", person_label(happening->person));
	if (happening->rung)
		g_string_append_printf(trial->told, " by %s", happening->rung);
	if (happening->why)
		g_string_append_printf(trial->told, " (%s)", happening->why);
	g_string_append_c(trial->told, '\n');
}

static void visit(const Rehearsed *rehearsed, gpointer user_data)
{
	Trial *trial = user_data;
	const gboolean is_reminder = rehearsed->kind == REHEARSED_REMINDER;
	g_autofree char *at = local_text(rehearsed->at);
	if ((!is_reminder && !trial->happenings) || (is_reminder && rehearsed->send != REHEARSED_MAIL && !trial->invites))
		return;
	g_string_append_printf(trial->told, "%s ", at);
	if (is_reminder)
		tell_reminder(trial, rehearsed);
	else
		tell_happening(trial, rehearsed);
}

const char *trial_run(Trial *trial, const char *from, const char *until)
{
	trial->terms.from = local(from);
	trial->terms.until = local(until);
	g_string_truncate(trial->told, 0);
	g_autoptr(Rehearsal) rehearsal = rehearsal_new(&trial->terms);
	for (guint i = 0; i < trial->invoices->len; i++)
		rehearsal_add(rehearsal, trial->invoices->pdata[i]);
	g_autoptr(GError) error = NULL;
	if (!rehearsal_run(rehearsal, visit, trial, &error))
		g_string_append_printf(trial->told, "unknown: %s\n", error->message);
	return trial->told->str;
}
