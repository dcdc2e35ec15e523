"""The web app: the only place that imports Streamlit."""
