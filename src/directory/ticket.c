/* Tickets: one fetch at a time, in a thread of its own, which may outlive whoever waits for it: what both look at is counted. */
#include "directory/ticket.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <string.h>

/* Getting one ticket. */
typedef struct {
	gatomicrefcount references;
	char *keytab, *principal, *cache, *host;
	GMutex mutex; /* over what follows */
	GCond done;
	gboolean is_done;
	gss_cred_id_t credentials;
	GError *error;
} Fetch;

struct Tickets {
	char *keytab, *principal;
	char *cache; /* NULL where the tickets are somebody else's */
	Fetch *fetch; /* the last; NULL = none yet */
};

/* --- errors --- */

typedef struct {
	krb5_error_code code;
	ErrorKind kind;
	const char *meaning;
} Refusal;

static const Refusal REFUSALS[] = {
	{KRB5_KDC_UNREACH, ERROR_UNAVAILABLE, "no Kerberos server answers"},
	{KRB5_REALM_CANT_RESOLVE, ERROR_UNAVAILABLE, "no Kerberos server is found by its name"},
	{KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, ERROR_PERMANENT, "the Kerberos server does not know the account"},
	{KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, ERROR_PERMANENT, "the Kerberos server does not know the directory server by this name: is it the one in its service principal?"},
	{KRB5KDC_ERR_PREAUTH_FAILED, ERROR_PERMANENT, "the keytab does not have the account's present keys: was its password changed?"},
	{KRB5KDC_ERR_CLIENT_REVOKED, ERROR_PERMANENT, "the account is disabled, locked out or expired"},
	{KRB5KDC_ERR_NAME_EXP, ERROR_PERMANENT, "the account has expired"},
	{KRB5KDC_ERR_KEY_EXP, ERROR_PERMANENT, "the account's password has expired or must be changed"},
	{KRB5KRB_AP_ERR_SKEW, ERROR_PERMANENT, "the clocks of this machine and of the Kerberos server differ too much"},
	{KRB5_KT_NOTFOUND, ERROR_PERMANENT, "the keytab has no keys of this principal"},
	{KRB5_CC_NOTFOUND, ERROR_PERMANENT, "there is no ticket: set directory.bind.keytab"},
	{KRB5_FCC_NOFILE, ERROR_PERMANENT, "there is no ticket: set directory.bind.keytab"},
};

static const Refusal *refusal_of(OM_uint32 minor)
{
	for (guint i = 0; i < G_N_ELEMENTS(REFUSALS); i++)
		if (REFUSALS[i].code == (krb5_error_code)(gint32)minor)
			return &REFUSALS[i];
	return NULL;
}

/* What the library says; owned by the caller, NULL = nothing. */
static char *words_of(OM_uint32 code, int type)
{
	OM_uint32 minor = 0, more = 0;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

	if (GSS_ERROR(gss_display_status(&minor, code, type, GSS_C_NO_OID, &more, &text)))
		return NULL;
	g_autofree char *words = g_strndup(text.value, text.length);
	gss_release_buffer(&minor, &text);
	return text_clean_or_null(words);
}

/* Always FALSE. */
static gboolean fail(const Fetch *fetch, OM_uint32 major, OM_uint32 minor, GError **error)
{
	const Refusal *refusal = refusal_of(minor);
	g_autofree char *words = minor != 0 ? words_of(minor, GSS_C_MECH_CODE) : words_of(major, GSS_C_GSS_CODE);
	g_autofree char *whose = fetch->principal != NULL ? g_strdup_printf(" as %s", fetch->principal) : g_strdup("");
	const char *said = words != NULL ? words : "no reason given";

	if (refusal != NULL)
		error_set(error, refusal->kind, "ticket for ldap/%s%s: %s (%s)", fetch->host, whose, refusal->meaning, said);
	else
		error_set(error, ERROR_PERMANENT, "ticket for ldap/%s%s: %s", fetch->host, whose, said);
	return FALSE;
}

/* --- asking --- */

static gboolean import_name(const Fetch *fetch, const char *text, gss_OID type, gss_name_t *name, GError **error)
{
	OM_uint32 minor = 0;
	/* The library only reads it. */
	gss_buffer_desc buffer = {.length = strlen(text), .value = (char *)text};
	const OM_uint32 major = gss_import_name(&minor, &buffer, type, name);

	return !GSS_ERROR(major) || fail(fetch, major, minor, error);
}

/* What the account has by it, and can get more with. */
static gboolean take_credentials(Fetch *fetch, GError **error)
{
	gss_key_value_element_desc elements[] = {{"client_keytab", fetch->keytab}, {"ccache", fetch->cache}};
	const gss_key_value_set_desc store = {.count = G_N_ELEMENTS(elements), .elements = elements};
	gss_OID_set_desc kerberos = {.count = 1, .elements = gss_mech_krb5};
	gss_name_t whose = GSS_C_NO_NAME;
	OM_uint32 minor = 0, ignored = 0;

	if (fetch->principal != NULL && !import_name(fetch, fetch->principal, GSS_C_NT_USER_NAME, &whose, error))
		return FALSE;
	const OM_uint32 major = gss_acquire_cred_from(&minor, whose, GSS_C_INDEFINITE, &kerberos, GSS_C_INITIATE,
	                                              fetch->keytab != NULL ? &store : GSS_C_NO_CRED_STORE, &fetch->credentials, NULL, NULL);
	gss_release_name(&ignored, &whose);
	return !GSS_ERROR(major) || fail(fetch, major, minor, error);
}

/* The beginning of a conversation that is never held: what it takes is a ticket for the host, which stays with the credentials. */
static gboolean take_ticket(const Fetch *fetch, GError **error)
{
	g_autofree char *service = g_strconcat("ldap@", fetch->host, NULL);
	gss_name_t name = GSS_C_NO_NAME;
	gss_ctx_id_t context = GSS_C_NO_CONTEXT;
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	OM_uint32 minor = 0, ignored = 0;

	if (!import_name(fetch, service, GSS_C_NT_HOSTBASED_SERVICE, &name, error))
		return FALSE;
	const OM_uint32 major = gss_init_sec_context(&minor, fetch->credentials, &context, name, gss_mech_krb5, GSS_C_MUTUAL_FLAG, 0,
	                                             GSS_C_NO_CHANNEL_BINDINGS, GSS_C_NO_BUFFER, NULL, &token, NULL, NULL);
	gss_release_buffer(&ignored, &token);
	gss_delete_sec_context(&ignored, &context, GSS_C_NO_BUFFER);
	gss_release_name(&ignored, &name);
	return !GSS_ERROR(major) || fail(fetch, major, minor, error);
}

/* --- fetchs --- */

static void cache_destroy(const char *name)
{
	krb5_context context = NULL;
	krb5_ccache cache = NULL;

	if (krb5_init_context(&context) != 0)
		return;
	if (krb5_cc_resolve(context, name, &cache) == 0)
		krb5_cc_destroy(context, cache);
	krb5_free_context(context);
}

static Fetch *fetch_new(const Tickets *tickets, const char *host)
{
	Fetch *fetch = g_new0(Fetch, 1);

	g_atomic_ref_count_init(&fetch->references);
	fetch->keytab = g_strdup(tickets->keytab);
	fetch->principal = g_strdup(tickets->principal);
	fetch->cache = g_strdup(tickets->cache);
	fetch->host = g_strdup(host);
	g_mutex_init(&fetch->mutex);
	g_cond_init(&fetch->done);
	return fetch;
}

static void fetch_unref(Fetch *fetch)
{
	OM_uint32 minor = 0;

	if (fetch == NULL || !g_atomic_ref_count_dec(&fetch->references))
		return;
	gss_release_cred(&minor, &fetch->credentials);
	g_clear_error(&fetch->error);
	g_mutex_clear(&fetch->mutex);
	g_cond_clear(&fetch->done);
	g_free(fetch->keytab);
	g_free(fetch->principal);
	g_free(fetch->cache);
	g_free(fetch->host);
	g_free(fetch);
}

static gpointer fetch_run(gpointer data)
{
	Fetch *fetch = data;
	GError *error = NULL;

	if (take_credentials(fetch, &error))
		take_ticket(fetch, &error);
	g_mutex_lock(&fetch->mutex);
	fetch->error = error;
	fetch->is_done = TRUE;
	g_cond_broadcast(&fetch->done);
	g_mutex_unlock(&fetch->mutex);
	fetch_unref(fetch);
	return NULL;
}

static gboolean fetch_start(Fetch *fetch, GError **error)
{
	g_autoptr(GError) cause = NULL;

	g_atomic_ref_count_inc(&fetch->references);
	GThread *thread = g_thread_try_new("ticket", fetch_run, fetch, &cause);
	if (thread != NULL) {
		g_thread_unref(thread);
		return TRUE;
	}
	fetch_unref(fetch);
	error_set(error, ERROR_UNAVAILABLE, "ticket for ldap/%s: %s", fetch->host, cause->message);
	return FALSE;
}

/* FALSE = not by the deadline. */
static gboolean fetch_wait(Fetch *fetch, gint64 deadline_us)
{
	/* GCond's clock is another than ours: only how long it is until then means the same. */
	const gint64 until_us = g_get_monotonic_time() + MAX(deadline_us - clock_monotonic_us(), 0);
	gboolean in_time = TRUE;

	g_mutex_lock(&fetch->mutex);
	while (!fetch->is_done && in_time)
		in_time = g_cond_wait_until(&fetch->done, &fetch->mutex, until_us);
	const gboolean is_done = fetch->is_done;
	g_mutex_unlock(&fetch->mutex);
	return is_done;
}

/* --- tickets --- */

Tickets *tickets_new(const char *keytab, const char *principal)
{
	Tickets *tickets = g_new0(Tickets, 1);

	tickets->keytab = g_strdup(keytab);
	tickets->principal = g_strdup(principal);
	if (keytab != NULL)
		tickets->cache = g_strdup_printf("MEMORY:akkoord-%p", (void *)tickets);
	return tickets;
}

void tickets_free(Tickets *tickets)
{
	if (tickets == NULL)
		return;
	fetch_unref(tickets->fetch);
	if (tickets->cache != NULL)
		cache_destroy(tickets->cache);
	g_free(tickets->keytab);
	g_free(tickets->principal);
	g_free(tickets->cache);
	g_free(tickets);
}

static gboolean say_late(const char *host, GError **error)
{
	error_set(error, ERROR_UNAVAILABLE, "ticket for ldap/%s: no answer in time from the Kerberos servers", host);
	return FALSE;
}

gboolean tickets_get(Tickets *tickets, const char *host, gint64 deadline_us, gpointer *credentials, GError **error)
{
	/* One that is still under way is waited for, whatever it is for: the same servers keep it waiting. */
	if (tickets->fetch != NULL && !fetch_wait(tickets->fetch, deadline_us))
		return say_late(host, error);
	fetch_unref(tickets->fetch);
	tickets->fetch = fetch_new(tickets, host);
	if (!fetch_start(tickets->fetch, error)) {
		g_clear_pointer(&tickets->fetch, fetch_unref);
		return FALSE;
	}
	if (!fetch_wait(tickets->fetch, deadline_us))
		return say_late(host, error);
	if (tickets->fetch->error != NULL) {
		g_propagate_error(error, g_error_copy(tickets->fetch->error));
		return FALSE;
	}
	*credentials = tickets->fetch->credentials;
	return TRUE;
}
