/* Checks of single values in akkoord.conf, as option tables call them: TRUE, or FALSE with ERROR_INVALID whose message says what
 * is wanted. */
#ifndef CONFIG_SETTING_CHECKS_H
#define CONFIG_SETTING_CHECKS_H

#include <glib.h>

gboolean check_country(gconstpointer text, GError **error);       /* "NL" */
gboolean check_currency(gconstpointer text, GError **error);      /* "EUR" */
gboolean check_colour(gconstpointer text, GError **error);        /* "#0b5c8a" */
gboolean check_store(gconstpointer text, GError **error);         /* "sqlite:PATH" */
gboolean check_ldap_uri(gconstpointer text, GError **error);      /* ldap://, ldaps://, ldapi:// */
gboolean check_dn(gconstpointer text, GError **error);            /* roughly: the directory judges */
gboolean check_bind_name(gconstpointer text, GError **error);     /* the same, or akkoord@example.nl */
gboolean check_principal(gconstpointer text, GError **error);     /* akkoord@EXAMPLE.NL, akkoord/host@EXAMPLE.NL */
gboolean check_attribute(gconstpointer text, GError **error);     /* RFC 4512, 2.5 */
gboolean check_filter(gconstpointer text, GError **error);        /* RFC 4515 in outline, without {fields} */
gboolean check_group_filter(gconstpointer text, GError **error);  /* with {name} */
gboolean check_lookup_filter(gconstpointer text, GError **error); /* with {fields} of an invoice */
gboolean check_name(gconstpointer text, GError **error);          /* letters, digits, - and _ */
gboolean check_transport(gconstpointer text, GError **error);     /* smtp://, smtps://, maildir: */
gboolean check_address(gconstpointer text, GError **error);       /* anna@example.nl */
gboolean check_mailbox(gconstpointer text, GError **error);       /* Akkoord <akkoord@example.nl> */
gboolean check_web_url(gconstpointer text, GError **error);       /* http:// or https:// */
gboolean check_feed(gconstpointer text, GError **error);          /* https://, webcal://, http:// of this machine, a path */
gboolean check_file(gconstpointer path, GError **error);          /* exists */
gboolean check_secret(gconstpointer path, GError **error);        /* the same, and not empty, as far as we may read it */
gboolean check_directory(gconstpointer path, GError **error);     /* exists */
gboolean check_role(gconstpointer selector, GError **error); /* const Selector *: people in the directory, without an invoice */

/* Splits "Akkoord <akkoord@example.nl>" or "akkoord@example.nl"; *name NULL where there is none. Both owned by the caller; FALSE
 * where it is neither. */
gboolean mailbox_split(const char *mailbox, char **name, char **address);

/* TRUE where the URI goes to this machine alone. */
gboolean uri_is_local(const char *uri);

#endif
