/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-publication-options.h"

#include <string.h>

#include "kad-error.h"

gboolean
kad_publication_options_parse_kind (const char *text, KadPublicationKind *kind, GError **error)
{
  *kind = KAD_PUBLICATION_PROVIDER;
  if (text == NULL)
    return TRUE;
  for (int i = KAD_PUBLICATION_PROVIDER; i <= KAD_PUBLICATION_RECORD; i++)
    {
      if (strcmp (text, kad_publication_kind_get_name ((KadPublicationKind) i)) != 0)
        continue;
      *kind = (KadPublicationKind) i;
      return TRUE;
    }
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
                       "The kind of a publication is “provider” or “record”");
  return FALSE;
}

KadKeyUse
kad_publication_options_find_key_use (GVariant *options)
{
  KadPublicationKind kind;
  const char *text = NULL;

  g_variant_lookup (options, "kind", "&s", &text);
  if (!kad_publication_options_parse_kind (text, &kind, NULL))
    return KAD_KEY_USE_RECORD;
  return kind == KAD_PUBLICATION_PROVIDER ? KAD_KEY_USE_PROVIDER : KAD_KEY_USE_RECORD;
}

gboolean
kad_publication_options_check_tag (const char *tag, GError **error)
{
  if (tag == NULL || strlen (tag) <= KAD_MAX_PUBLICATION_TAG_BYTES)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_INVALID_ARGUMENT,
               "The tag has %" G_GSIZE_FORMAT " bytes; at most %d are possible", strlen (tag),
               KAD_MAX_PUBLICATION_TAG_BYTES);
  return FALSE;
}
