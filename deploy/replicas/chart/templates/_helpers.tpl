{{- define "constellation.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* What every container may not do. */}}
{{- define "constellation.shut" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* What every pod may not do. No account of the cluster, no addresses of its other services. */}}
{{- define "constellation.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- end }}
