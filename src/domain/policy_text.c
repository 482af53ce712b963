/* The settings of a policy as text, one function a type. */
#include "domain/policy_text.h"

#include "domain/approval.h"

#include <string.h>

char *policy_texts_join(GPtrArray *texts)
{
	g_ptr_array_add(texts, NULL);
	char *joined = texts->len > 1 ? g_strjoinv(", ", (char **)texts->pdata) : NULL;
	g_ptr_array_unref(texts);
	return joined;
}

GPtrArray *policy_texts_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

char *policy_plain_text(gconstpointer field)
{
	return g_strdup(*(char *const *)field);
}

char *policy_texts_text(gconstpointer field)
{
	const GPtrArray *list = *(GPtrArray *const *)field;
	GPtrArray *texts = policy_texts_new();
	for (guint i = 0; list && i < list->len; i++)
		g_ptr_array_add(texts, g_strdup(g_ptr_array_index(list, i)));
	return policy_texts_join(texts);
}

char *policy_selectors_text(gconstpointer field)
{
	const GPtrArray *list = *(GPtrArray *const *)field;
	GPtrArray *texts = policy_texts_new();
	for (guint i = 0; i < list->len; i++)
		g_ptr_array_add(texts, selector_format(g_ptr_array_index(list, i)));
	return policy_texts_join(texts);
}

char *policy_times_text(gconstpointer field)
{
	const GArray *list = *(GArray *const *)field;
	GPtrArray *texts = policy_texts_new();
	for (guint i = 0; i < list->len; i++)
		g_ptr_array_add(texts, time_expression_format(g_array_index(list, TimeExpression, i)));
	return policy_texts_join(texts);
}

char *policy_slots_text(gconstpointer field)
{
	const GArray *list = *(GArray *const *)field;
	GPtrArray *texts = policy_texts_new();
	for (guint i = 0; i < list->len; i++) {
		const int second = g_array_index(list, int, i);
		g_ptr_array_add(texts, g_strdup_printf("%02d:%02d", second / 3600, second / 60 % 60));
	}
	return policy_texts_join(texts);
}

static char *words_text(guint set, const char *const *words, guint count)
{
	GPtrArray *texts = policy_texts_new();
	for (guint i = 0; i < count; i++)
		if (set & 1U << i)
			g_ptr_array_add(texts, g_strdup(words[i]));
	return policy_texts_join(texts);
}

char *policy_weekdays_text(gconstpointer field)
{
	static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	return words_text(*(const guint *)field, days, G_N_ELEMENTS(days));
}

char *policy_method_text(gconstpointer field)
{
	static const char *const methods[] = {"POST", "PUT"};
	return g_strdup(methods[*(const ChannelMethod *)field]);
}

char *policy_address_text(gconstpointer field)
{
	static const char *const addresses[] = {"none", "mobile", "mail", "uid"};
	return g_strdup(addresses[*(const ChannelAddress *)field]);
}

char *policy_per_text(gconstpointer field)
{
	static const char *const pers[] = {"person", "reminder"};
	return g_strdup(pers[*(const ChannelPer *)field]);
}

char *policy_seconds_text(gconstpointer field)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "s", *(const gint64 *)field);
}

/* A whole template would drown the rest. */
char *policy_template_text(gconstpointer field)
{
	const char *text = *(char *const *)field;
	return text ? g_strdup_printf("%" G_GSIZE_FORMAT " bytes, %08x", strlen(text), g_str_hash(text)) : NULL;
}

char *policy_send_text(gconstpointer field)
{
	const Rung *rung = field;
	GPtrArray *texts = policy_texts_new();
	if (rung->send & SEND_MAIL)
		g_ptr_array_add(texts, g_strdup("mail"));
	if (rung->send & SEND_INVITE)
		g_ptr_array_add(texts, g_strdup("invite"));
	for (guint i = 0; i < rung->hooks->len; i++)
		g_ptr_array_add(texts, g_strdup(rung->hooks->pdata[i]));
	return policy_texts_join(texts);
}

char *policy_invites_text(gconstpointer field)
{
	static const char *const modes[] = {"none", "approval", "day"};
	return g_strdup(modes[*(const InviteMode *)field]);
}

char *policy_attach_text(gconstpointer field)
{
	static const char *const modes[] = {"none", "pdf", "document"};
	return g_strdup(modes[*(const AttachMode *)field]);
}

char *policy_thanks_text(gconstpointer field)
{
	static const char *const modes[] = {"none", "others", "all"};
	return g_strdup(modes[*(const ThanksMode *)field]);
}

char *policy_tone_text(gconstpointer field)
{
	return g_strdup(tone_name(*(const Tone *)field));
}

char *policy_flag_text(gconstpointer field)
{
	return g_strdup(*(const gboolean *)field ? "true" : "false");
}

char *policy_authority_text(gconstpointer field)
{
	return g_strdup(*(const gboolean *)field ? "required" : "when-stated");
}

char *policy_rejection_text(gconstpointer field)
{
	return g_strdup(*(const gboolean *)field ? "previous" : "close");
}

char *policy_opening_text(gconstpointer field)
{
	return g_strdup(*(const gboolean *)field ? "booked" : "approved");
}

char *policy_number_text(gconstpointer field)
{
	return g_strdup_printf("%u", *(const guint *)field);
}

char *policy_span_text(gconstpointer field)
{
	return span_format(*(const Span *)field);
}

/* What is not given has no length. */
char *policy_every_text(gconstpointer field)
{
	return ((const Span *)field)->amount ? policy_span_text(field) : NULL;
}

char *policy_time_text(gconstpointer field)
{
	return time_expression_format(*(const TimeExpression *)field);
}

char *policy_need_text(gconstpointer field)
{
	return need_format(*(const Need *)field);
}

char *policy_money_text(gconstpointer field)
{
	const Money *money = field;
	return money->currency[0] ? money_format(*money) : NULL;
}

char *policy_zone_text(gconstpointer field)
{
	return g_strdup(zone_name(calendar_zone(*(Calendar *const *)field)));
}

char *policy_work_text(gconstpointer field)
{
	return calendar_work_format(*(Calendar *const *)field);
}
