"""How Alembic runs the migrations: inside the transaction that the workspace opened."""

from alembic import context

from finmodel.workspace.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="finmodel_schema",
    render_as_batch=True,
)
context.run_migrations()
