/* How a policy's settings read: each function takes a pointer to the field and gives the setting much as it would be written, lists with commas; NULL where there is
 * none. Owned by the caller. Pure. */
#ifndef DOMAIN_POLICY_TEXT_H
#define DOMAIN_POLICY_TEXT_H

#include <glib.h>

char *policy_plain_text(gconstpointer field);           /* char * */
char *policy_texts_text(gconstpointer field);           /* GPtrArray * of char *; may be NULL */
char *policy_selectors_text(gconstpointer field);       /* GPtrArray * of Selector */
char *policy_times_text(gconstpointer field);           /* GArray * of TimeExpression */
char *policy_slots_text(gconstpointer field);           /* GArray * of int, seconds of the day */
char *policy_weekdays_text(gconstpointer field);        /* guint, a set: 1 << 0 = Monday */
char *policy_method_text(gconstpointer field);          /* ChannelMethod */
char *policy_address_text(gconstpointer field);         /* ChannelAddress */
char *policy_per_text(gconstpointer field);             /* ChannelPer */
char *policy_seconds_text(gconstpointer field);         /* gint64 */
char *policy_template_text(gconstpointer field);        /* char *: how long it is, and what tells it from another */
char *policy_send_text(gconstpointer field);            /* Rung */
char *policy_invites_text(gconstpointer field);         /* InviteMode */
char *policy_attach_text(gconstpointer field);          /* AttachMode */
char *policy_thanks_text(gconstpointer field);          /* ThanksMode */
char *policy_tone_text(gconstpointer field);            /* Tone */
char *policy_flag_text(gconstpointer field);            /* gboolean: true, false */
char *policy_authority_text(gconstpointer field);       /* gboolean: required, when-stated */
char *policy_rejection_text(gconstpointer field);       /* gboolean: previous, close */
char *policy_opening_text(gconstpointer field);         /* gboolean: booked, approved */
char *policy_number_text(gconstpointer field);          /* guint */
char *policy_span_text(gconstpointer field);            /* Span */
char *policy_every_text(gconstpointer field);           /* Span; NULL for one of no length, which a rung that fires once has, and a condition that is not given */
char *policy_time_text(gconstpointer field);            /* TimeExpression */
char *policy_need_text(gconstpointer field);            /* Need */
char *policy_money_text(gconstpointer field);           /* Money */
char *policy_zone_text(gconstpointer field);            /* Calendar *: its time zone */
char *policy_work_text(gconstpointer field);            /* Calendar *: its working time */

/* A list of owned texts, and what it comes to with commas: NULL where it is empty. The list is released. */
GPtrArray *policy_texts_new(void);
char *policy_texts_join(GPtrArray *texts);

#endif
